package kleiber.estimate;

import java.util.Arrays;
import java.util.Map;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Scale;
import kleiber.laws.StepsAndBatch;

/**
 * The critical batch size off a fitted {@link StepsAndBatch}: at a loss L it is B_crit = B* /
 * L^(1/αB). A batch of B_crit takes twice the fewest steps and twice the fewest tokens to that
 * loss.
 *
 * <p>McCandlish et al. 2018 (arXiv:1812.06162), eq. 2.11; Kaplan et al. 2020 (arXiv:2001.08361),
 * eq. 1.4; Su et al. 2024 (arXiv:2403.06563).
 */
public final class CriticalBatch {
  private static final int B_STAR = 4;
  private static final int ALPHA_B = 5;

  private CriticalBatch() {}

  /** The scale of N parameters after so many optimizer steps of so many tokens, at C = 6ND. */
  public static Scale scale(double params, double steps, double batch) {
    double tokens = steps * batch;
    return new Scale(params, tokens, 6 * params * tokens, Map.of("steps", steps));
  }

  /**
   * B_crit at a loss, tokens, with its interval.
   *
   * @throws IllegalArgumentException when the law is another one
   */
  public static Estimate at(BootstrappedLaw bootstrapped, double loss, double confidence) {
    if (!(bootstrapped.fitted().law() instanceof StepsAndBatch)) {
      throw new IllegalArgumentException(
          "The critical batch is read off "
              + new StepsAndBatch().formula()
              + " but the law fitted is "
              + bootstrapped.fitted().law().formula());
    }
    double value = lnBatch(bootstrapped.fitted().theta(), loss);
    double[] draws =
        Arrays.stream(bootstrapped.thetas()).mapToDouble(theta -> lnBatch(theta, loss)).toArray();
    Interval ln = Draws.interval(value, draws, bootstrapped.degreesOfFreedom(), confidence);
    return new Estimate(
        Math.exp(value), new Interval(Math.exp(ln.low()), Math.exp(ln.high()), confidence));
  }

  private static double lnBatch(double[] theta, double loss) {
    return Math.log(theta[B_STAR]) - Math.log(loss) / theta[ALPHA_B];
  }
}
