package kleiber.estimate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Outcome;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;

/**
 * The compute-optimal frontier of a fitted law: with L = E + A N^-α + B D^-β and C = 6ND the
 * exponents are a = β / (α + β) and b = α / (α + β).
 *
 * <p>Hoffmann et al. 2022 (arXiv:2203.15556), section 3.3 and eq. 4.
 *
 * @param bootstrap how the law is fitted and resampled
 */
public record Approach3(Bootstrap bootstrap) {
  /**
   * @throws IllegalArgumentException when the law cannot be fitted or its noise not measured
   */
  public Allocation estimate(List<Observation> observations) {
    FittedLaw fitted = bootstrap.fitter().fit(new Chinchilla(), observations);
    return of(bootstrap.run(fitted, observations));
  }

  /**
   * @throws IllegalArgumentException when the law is not Chinchilla's
   */
  public static Allocation of(BootstrappedLaw bootstrapped) {
    FittedLaw fitted = bootstrapped.fitted();
    if (!(fitted.law() instanceof Chinchilla law)) {
      throw new IllegalArgumentException(
          "Approach 3 reads the frontier off "
              + new Chinchilla().formula()
              + " but the law fitted is "
              + fitted.law().formula());
    }
    List<String> notes =
        fitted.outcome() == Outcome.CONVERGED ? List.of() : List.of(fitted.sentence());
    return new Allocation(
        power(bootstrapped, theta -> frontier(law, theta, true)),
        power(bootstrapped, theta -> frontier(law, theta, false)),
        notes);
  }

  private static PowerOfCompute power(
      BootstrappedLaw bootstrapped, Function<double[], double[]> frontier) {
    double[] best = frontier.apply(bootstrapped.fitted().theta());
    double[][] draws = Arrays.stream(bootstrapped.thetas()).map(frontier).toArray(double[][]::new);
    return new PowerOfCompute(Math.exp(best[0]), best[1], draws, bootstrapped.degreesOfFreedom());
  }

  /** ln of the optimum at one FLOP and the exponent: both read off the law's own optimum. */
  private static double[] frontier(Chinchilla law, double[] theta, boolean params) {
    double[] ln = new double[2];
    double[] lnC = {0, Math.log(1e20)};
    for (int i = 0; i < 2; i++) {
      Chinchilla.Optimum optimum = law.optimum(Math.exp(lnC[i]), theta);
      ln[i] = Math.log(params ? optimum.params() : optimum.tokens());
    }
    return new double[] {ln[0], (ln[1] - ln[0]) / (lnC[1] - lnC[0])};
  }
}
