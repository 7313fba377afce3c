package kleiber.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of every law in the package. */
class LawGradientTest {
  private static final long SEED = 20220329;

  static List<Law> laws() {
    return Laws.all();
  }

  @Test
  void lawsAreFound() {
    assertTrue(laws().contains(new Chinchilla()) && laws().contains(new PowerLaw()));
  }

  @ParameterizedTest
  @MethodSource("laws")
  void gradientIsTheFiniteDifference(Law law) {
    Random random = new Random(SEED);
    for (int draw = 0; draw < 50; draw++) {
      double[] theta = MadeLosses.theta(law, random);
      double[] gradient = new double[theta.length];
      for (Observation row : MadeLosses.grid(law, theta, 0, random)) {
        law.gradient(row.at(), theta, gradient);
        for (int j = 0; j < theta.length; j++) {
          double step = 1e-5 * Math.abs(theta[j]);
          double[] up = theta.clone();
          double[] down = theta.clone();
          up[j] += step;
          down[j] -= step;
          double expected = (law.loss(row.at(), up) - law.loss(row.at(), down)) / (2 * step);
          double rounding = 1e-15 * row.loss() / step;
          assertEquals(
              expected,
              gradient[j],
              1e-6 * Math.abs(expected) + 4 * rounding,
              law + " by " + law.parameters().get(j).name() + ", seed " + SEED);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("laws")
  void amplitudesAreLinear(Law law) {
    if (law instanceof LinearInAmplitudes linear) {
      Random random = new Random(SEED);
      double[] theta = MadeLosses.theta(law, random);
      double[] gradient = new double[theta.length];
      for (Observation row : MadeLosses.grid(law, theta, 0, random)) {
        law.gradient(row.at(), theta, gradient);
        double sum = 0;
        for (int k : linear.amplitudes()) {
          sum += theta[k] * gradient[k];
        }
        assertEquals(row.loss(), sum, 1e-12 * row.loss(), law + ", seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("laws")
  void saysWhatItIs(Law law) {
    assertFalse(law.formula().isBlank());
    assertTrue(law.source().matches(".*\\d{4}.*arXiv:\\d{4}\\.\\d{5}.*"), law.source());
    assertEquals(
        law.parameters().size(),
        law.parameters().stream().map(Parameter::name).distinct().count(),
        "names of parameters differ");
  }

  @Test
  void optimumIsTheLowestLossAtItsCompute() {
    Chinchilla law = new Chinchilla();
    double[] theta = {1.8172, 477.84, 0.34731, 2143.86, 0.36718};
    double flops = 5.76e23;
    Chinchilla.Optimum optimum = law.optimum(flops, theta);
    assertEquals(flops, 6 * optimum.params() * optimum.tokens(), 1e-9 * flops);
    double lowest = law.loss(Scale.of(optimum.params(), optimum.tokens()), theta);
    for (double factor : new double[] {0.9, 0.99, 1.01, 1.1}) {
      Scale beside = Scale.of(optimum.params() * factor, optimum.tokens() / factor);
      assertTrue(law.loss(beside, theta) > lowest);
    }
  }
}
