package kleiber.estimate;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import kleiber.fit.Interval;

/**
 * y = k C^p, with what k and p were on resamples.
 *
 * @param factor k
 * @param exponent p
 * @param draws [draw][2]: ln k and p of every resample
 * @param degreesOfFreedom what the noise was measured with; infinite where it was given
 */
public record PowerOfCompute(
    double factor, double exponent, double[][] draws, double degreesOfFreedom) {
  /** y at C FLOPs. */
  public double at(double flops) {
    return factor * Math.pow(flops, exponent);
  }

  /** p with its interval. */
  public Estimate exponent(double confidence) {
    return new Estimate(exponent, interval(exponent, draw -> draw[1], confidence));
  }

  /** y at C FLOPs with its interval. */
  public Estimate at(double flops, double confidence) {
    double lnC = Math.log(flops);
    double ln = Math.log(factor) + exponent * lnC;
    Interval interval = interval(ln, draw -> draw[0] + draw[1] * lnC, confidence);
    return new Estimate(
        Math.exp(ln),
        new Interval(Math.exp(interval.low()), Math.exp(interval.high()), confidence));
  }

  private Interval interval(double centre, ToDoubleFunction<double[]> quantity, double confidence) {
    return Draws.interval(
        centre, Arrays.stream(draws).mapToDouble(quantity).toArray(), degreesOfFreedom, confidence);
  }

  /** The straight line in logarithms through optima, and through those of every resample. */
  static PowerOfCompute through(
      LogLinearLaw law, LogLinearLaw[] resampled, double degreesOfFreedom) {
    double[][] draws =
        Arrays.stream(resampled).map(LogLinearLaw::coefficients).toArray(double[][]::new);
    return new PowerOfCompute(law.factor(), law.exponent(0), draws, degreesOfFreedom);
  }
}
