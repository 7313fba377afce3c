package kleiber.estimate;

import java.util.Arrays;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;

/**
 * The critical batch size off a fitted {@link BatchLaw}: at a loss L it is B_crit = B* / L^(1/αB).
 * A batch of B_crit takes twice the least steps and twice the least tokens to that loss.
 *
 * <p>McCandlish et al. 2018 (arXiv:1812.06162), eq. 2.11; Su et al. 2024 (arXiv:2403.06563).
 */
public final class CriticalBatch {
  private CriticalBatch() {}

  /**
   * B_crit at a loss, tokens, with its interval.
   *
   * @throws IllegalArgumentException when the law is another one
   */
  public static Estimate at(BootstrappedLaw bootstrapped, double loss, double confidence) {
    if (!(bootstrapped.fitted().law() instanceof BatchLaw)) {
      throw new IllegalArgumentException(
          "The critical batch is read off "
              + new BatchLaw().formula()
              + " but the law fitted is "
              + bootstrapped.fitted().law().formula());
    }
    double value = BatchLaw.criticalBatch(loss, bootstrapped.fitted().theta());
    double[] draws =
        Arrays.stream(bootstrapped.thetas())
            .mapToDouble(theta -> Math.log(BatchLaw.criticalBatch(loss, theta)))
            .toArray();
    Interval ln =
        Draws.interval(Math.log(value), draws, bootstrapped.degreesOfFreedom(), confidence);
    return new Estimate(value, new Interval(Math.exp(ln.low()), Math.exp(ln.high()), confidence));
  }
}
