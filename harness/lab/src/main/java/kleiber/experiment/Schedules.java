package kleiber.experiment;

/**
 * What learning-rate schedules cost beside one another at one size, whether averaged weights of a
 * constant rate replace a decay, and whether a law of the learning rates that is fitted to some
 * schedules foretells another.
 */
public record Schedules() implements StudyPlan {}
