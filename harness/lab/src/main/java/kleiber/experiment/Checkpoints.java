package kleiber.experiment;

/**
 * Whether a law that is fitted to all checkpoints after the warm-up foretells larger runs better
 * than one fitted to last losses alone (Choshen et al. 2024, arXiv:2410.11840).
 */
public record Checkpoints() implements StudyPlan {}
