package kleiber.experiment;

/**
 * How compute should be divided between parameters and tokens, by Approaches 1 to 3 of Hoffmann et
 * al. 2022 and by interpolation, side by side; checked at the largest budget that is held out.
 */
public record ComputeAllocation() implements StudyPlan {}
