package kleiber.plan;

import java.util.Optional;

/**
 * How well an estimator does on a grid, over many draws of its losses. Errors are shares of a loss,
 * and differences of exponents.
 *
 * @param truth in the world where the losses were made
 * @param draws on which it gave an answer
 * @param bias mean error
 * @param error root of the mean squared error
 * @param coverage share of intervals that held what they were meant to hold
 * @param width mean half-width of the intervals
 * @param refusal why it gave none, where it gave none
 */
public record EstimatorScore(
    String name,
    Estimand estimand,
    double truth,
    int draws,
    double bias,
    double error,
    double coverage,
    double width,
    Optional<String> refusal) {}
