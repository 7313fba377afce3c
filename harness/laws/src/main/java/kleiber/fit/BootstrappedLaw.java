package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A fitted law with what it might have been on other runs. Intervals are percentiles of the
 * resamples, stretched around the fit as Student's t is wider than the normal distribution, since
 * the noise itself was measured with few degrees of freedom.
 *
 * @param fitted the fit to all observations
 * @param fitter what fitted it
 * @param observations the rows it was fitted to
 * @param thetas the parameters of every resample, in the order of the law's parameters
 * @param noise standard deviation of ln L from run to run: of the residuals, corrected for what the
 *     parameters took from them
 * @param degreesOfFreedom what the noise was measured with
 * @param resampling what was drawn anew
 */
public record BootstrappedLaw(
    FittedLaw fitted,
    LawFitter fitter,
    List<Observation> observations,
    double[][] thetas,
    double noise,
    double degreesOfFreedom,
    Bootstrap.Resampling resampling) {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  /** Of a quantile, in standard deviations of the noise. */
  private static final double PRECISION = 1e-9;

  private static final int STEPS = 100;

  public BootstrappedLaw {
    observations = List.copyOf(observations);
  }

  /**
   * Where a parameter lies.
   *
   * @param index into the law's parameters
   * @param confidence such as 0.9
   */
  public Interval parameter(int index, double confidence) {
    Parameter parameter = fitted.law().parameters().get(index);
    Interval interval =
        parameter.low() > 0
            ? exp(interval(theta -> Math.log(theta[index]), 0, confidence))
            : interval(theta -> theta[index], 0, confidence);
    return new Interval(
        Math.max(interval.low(), parameter.low()),
        Math.min(interval.high(), parameter.high()),
        confidence);
  }

  /**
   * Where a quantity lies that is computed from the parameters, such as the best N at some compute.
   *
   * @param quantity positive; its logarithm is what resamples scatter in
   * @param confidence such as 0.9
   */
  public Interval positive(ToDoubleFunction<double[]> quantity, double confidence) {
    return exp(interval(theta -> Math.log(quantity.applyAsDouble(theta)), 0, confidence));
  }

  /**
   * Where the measured loss of one new run lies: uncertainty of the parameters and noise from run
   * to run together.
   *
   * @param at scale of the new run
   * @param confidence such as 0.9
   */
  public Interval prediction(Scale at, double confidence) {
    return exp(interval(theta -> Math.log(fitted.law().loss(at, theta)), noise, confidence));
  }

  /**
   * The same where runs of one scale with several seeds say how noisy a scale is.
   *
   * @param seeds the noise between seeds by scale
   */
  public Interval prediction(Scale at, double confidence, NoiseModel seeds) {
    return exp(interval(theta -> Math.log(fitted.law().loss(at, theta)), seeds.at(at), confidence));
  }

  /**
   * Where a parameter that every loss contains alike, such as E, would lie on all text of the kind
   * that the held-out set samples. The set's sampling error is shared by all runs: it moves them
   * together, shows in no residual, and enters once.
   *
   * @param index into the law's parameters
   * @param confidence such as 0.9
   */
  public Interval beyondHeldOut(int index, double confidence) {
    double squares = 0;
    int known = 0;
    for (Observation row : observations) {
      if (row.standardError() > 0) {
        squares += row.standardError() * row.standardError();
        known++;
      }
    }
    double shared = known == 0 ? 0 : Math.sqrt(squares / known);
    return interval(theta -> theta[index], shared, confidence);
  }

  /**
   * Where a parameter lies, corrected for the bias and the skewness of its resamples (BCa; Efron
   * 1987, Efron and Tibshirani 1993, eq. 14.9).
   *
   * @param index into the law's parameters
   * @param jackknife all parameters fitted without each cluster in turn: {@link
   *     Influence#jackknife}
   */
  public Interval biasCorrected(int index, double[][] jackknife, double confidence) {
    double[] sorted = Arrays.stream(thetas).mapToDouble(theta -> theta[index]).sorted().toArray();
    double fit = fitted.theta()[index];
    long below = Arrays.stream(sorted).filter(value -> value < fit).count();
    long equal = Arrays.stream(sorted).filter(value -> value == fit).count();
    double share = (below + equal / 2.0 + 0.5) / (sorted.length + 1.0);
    double bias = NORMAL.inverseCumulativeProbability(share);
    double[] without = Arrays.stream(jackknife).mapToDouble(theta -> theta[index]).toArray();
    double mean = Arrays.stream(without).average().orElseThrow();
    double squares = 0;
    double cubes = 0;
    for (double value : without) {
      squares += (mean - value) * (mean - value);
      cubes += Math.pow(mean - value, 3);
    }
    double skewness = squares > 0 ? cubes / (6 * Math.pow(squares, 1.5)) : 0;
    double tail = (1 - requireConfidence(confidence)) / 2;
    return new Interval(
        quantile(sorted, 0, corrected(bias, skewness, tail)),
        quantile(sorted, 0, corrected(bias, skewness, 1 - tail)),
        confidence);
  }

  private static double corrected(double bias, double skewness, double probability) {
    double z = bias + NORMAL.inverseCumulativeProbability(probability);
    return NORMAL.cumulativeProbability(bias + z / (1 - skewness * z));
  }

  private static double requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence is " + confidence + " but must be in (0, 1)");
    }
    return confidence;
  }

  private Interval interval(ToDoubleFunction<double[]> quantity, double noise, double confidence) {
    double centre = quantity.applyAsDouble(fitted.theta());
    double[] shifts =
        Arrays.stream(thetas)
            .mapToDouble(theta -> quantity.applyAsDouble(theta) - centre)
            .sorted()
            .toArray();
    double tail = (1 - requireConfidence(confidence)) / 2;
    double stretch =
        new TDistribution(degreesOfFreedom).inverseCumulativeProbability(tail)
            / NORMAL.inverseCumulativeProbability(tail);
    return new Interval(
        centre + stretch * quantile(shifts, noise, tail),
        centre + stretch * quantile(shifts, noise, 1 - tail),
        confidence);
  }

  private static Interval exp(Interval ofLogarithm) {
    return new Interval(
        Math.exp(ofLogarithm.low()), Math.exp(ofLogarithm.high()), ofLogarithm.confidence());
  }

  /**
   * Quantile of a shift drawn at random plus normal noise. With noise it solves mean Φ((x − shift)
   * / noise) = p by Newton's method, halving where that would leave what must hold the solution.
   */
  static double quantile(double[] sorted, double noise, double probability) {
    if (noise == 0) {
      return Quantile.of(sorted, probability);
    }
    double alone = noise * NORMAL.inverseCumulativeProbability(probability);
    double low = sorted[0] + alone;
    double high = sorted[sorted.length - 1] + alone;
    double x = (low + high) / 2;
    for (int step = 0; step < STEPS && high - low > PRECISION * noise; step++) {
      double share = 0;
      double density = 0;
      for (double shift : sorted) {
        double z = (x - shift) / noise;
        share += NormalTable.cumulative(z);
        density += NormalTable.density(z);
      }
      double excess = share - probability * sorted.length;
      if (excess < 0) {
        low = x;
      } else {
        high = x;
      }
      double next = x - noise * excess / density;
      boolean inside = next > low && next < high;
      if (inside && Math.abs(next - x) <= PRECISION * noise) {
        return next;
      }
      x = inside ? next : (low + high) / 2;
    }
    return x;
  }
}
