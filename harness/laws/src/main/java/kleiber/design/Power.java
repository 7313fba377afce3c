package kleiber.design;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How likely a difference is to be seen: a two-sided test of level 5 % of a normal difference
 * (Cohen 1988, chapter 2).
 */
public final class Power {
  private static final NormalDistribution NORMAL = new NormalDistribution();
  private static final double CRITICAL = NORMAL.inverseCumulativeProbability(0.975);

  private Power() {}

  /**
   * The probability.
   *
   * @param difference that there is
   * @param standardError of the difference that is measured
   */
  public static double of(double difference, double standardError) {
    double z = Math.abs(difference) / standardError;
    return NORMAL.cumulativeProbability(z - CRITICAL) + NORMAL.cumulativeProbability(-z - CRITICAL);
  }

  /** Half the width of a normal interval, in standard deviations: 1.645 for 0.9. */
  public static double halfWidth(double confidence) {
    return NORMAL.inverseCumulativeProbability((1 + confidence) / 2);
  }

  /** The difference that is seen with a probability of 80 %, near enough. */
  public static double detectable(double standardError) {
    return (CRITICAL + NORMAL.inverseCumulativeProbability(0.8)) * standardError;
  }
}
