package kleiber.experiment;

/**
 * How the best learning rate moves with the model's width, for each parametrization that the grid
 * has, and what the rate that is best at the smallest width costs at the largest.
 */
public record WidthTransfer() implements StudyPlan {}
