package kleiber.experiment;

/**
 * How often intervals hold what they are meant to hold, when every seed's runs are fitted by
 * themselves: the loss foretold, and the irreducible loss where the corpus's distribution is known.
 */
public record SeedCoverage() implements StudyPlan {}
