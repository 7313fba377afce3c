package kleiber.design;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.fit.Quantile;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * What a grid would tell if a law held: losses are made up for its runs, again and again, a law is
 * fitted to them, the same or another, and asked for the targets. Deterministic for a seed,
 * whatever the number of threads.
 *
 * @param law that is fitted
 * @param noise standard deviation of ln L from run to run
 * @param errors [draw][target]: ln predicted − ln true loss
 * @param thetas [draw]: the constants fitted
 * @param outcomes how many fits ended how
 */
public record Forecast(
    Law law, double noise, double[][] errors, double[][] thetas, Map<Outcome, Integer> outcomes) {
  private static final int LEAST_DRAWS = 20;

  /**
   * Makes losses and fits them.
   *
   * @param law to fit
   * @param truth the law that makes the losses
   * @param theta its constants
   * @param rows of the grid, of which scales and clusters count: rows of a cluster share their
   *     noise
   */
  public static Forecast of(
      LawFitter fitter,
      Law law,
      Law truth,
      double[] theta,
      List<Observation> rows,
      List<Scale> targets,
      double noise,
      int draws,
      long seed) {
    if (draws < LEAST_DRAWS) {
      throw new IllegalArgumentException(
          "There are " + draws + " draws, but a forecast needs at least " + LEAST_DRAWS + ".");
    }
    SplittableRandom source = new SplittableRandom(seed);
    List<FittedLaw> fits =
        Stream.generate(source::split).limit(draws).toList().parallelStream()
            .map(random -> fitter.fit(law, made(truth, theta, rows, noise, random)))
            .toList();
    Map<Outcome, Integer> outcomes = new LinkedHashMap<>();
    fits.forEach(fit -> outcomes.merge(fit.outcome(), 1, Integer::sum));
    List<FittedLaw> usable = fits.stream().filter(fit -> fit.outcome() != Outcome.FAILED).toList();
    if (usable.isEmpty()) {
      throw new IllegalArgumentException(
          law.formula() + " cannot be fitted to such runs at all: " + fits.get(0).sentence());
    }
    double[][] errors =
        usable.stream()
            .map(
                fit ->
                    targets.stream()
                        .mapToDouble(at -> Math.log(fit.loss(at) / truth.loss(at, theta)))
                        .toArray())
            .toArray(double[][]::new);
    double[][] thetas = usable.stream().map(FittedLaw::theta).toArray(double[][]::new);
    return new Forecast(law, noise, errors, thetas, outcomes);
  }

  /** The rows with losses that a law and chance give them. */
  private static List<Observation> made(
      Law truth, double[] theta, List<Observation> rows, double noise, SplittableRandom random) {
    Map<String, Double> shifts = new LinkedHashMap<>();
    return rows.stream()
        .map(
            row -> {
              double shift = shifts.computeIfAbsent(row.cluster(), any -> random.nextGaussian());
              return new Observation(
                  row.run(),
                  row.cluster(),
                  row.heldOut(),
                  row.step(),
                  row.at(),
                  row.schedule(),
                  truth.loss(row.at(), theta) * Math.exp(noise * shift),
                  row.standardError());
            })
        .toList();
  }

  /** Mean of the errors at a target, as a share of the loss. */
  public double bias(int target) {
    return Arrays.stream(errors).mapToDouble(error -> error[target]).average().orElseThrow();
  }

  /** Standard deviation of the errors at a target, as a share of the loss. */
  public double deviation(int target) {
    double bias = bias(target);
    double squares =
        Arrays.stream(errors).mapToDouble(error -> Math.pow(error[target] - bias, 2)).sum();
    return Math.sqrt(squares / Math.max(1, errors.length - 1));
  }

  /**
   * Half the width of the interval that would hold the loss of one new run at a target, as a share
   * of it: the middle part of the errors, widened by the noise of that run itself.
   *
   * @param confidence such as 0.9
   */
  public double halfWidth(int target, double confidence) {
    double[] sorted = Arrays.stream(errors).mapToDouble(error -> error[target]).sorted().toArray();
    double ofLaw =
        (Quantile.of(sorted, (1 + confidence) / 2) - Quantile.of(sorted, (1 - confidence) / 2)) / 2;
    double ofRun = Power.halfWidth(confidence) * noise;
    return Math.hypot(ofLaw, ofRun);
  }

  /** Where the fitted value of a constant would lie. */
  public Interval parameter(int index, double confidence) {
    double[] sorted = Arrays.stream(thetas).mapToDouble(theta -> theta[index]).sorted().toArray();
    return new Interval(
        Quantile.of(sorted, (1 - confidence) / 2),
        Quantile.of(sorted, (1 + confidence) / 2),
        confidence);
  }
}
