package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import kleiber.laws.Law;
import kleiber.laws.Laws;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every law finds its own curve again, and its continuation. */
class LawRecoveryTest {
  private static final long SEED = 7;
  private static final int CURVES = 2;
  private static final int MANY_CURVES = 20;

  static List<Law> laws() {
    return Laws.all();
  }

  /** Laws small enough that a search which knows nothing of them should succeed too. */
  static List<Law> smallLaws() {
    return Laws.all().stream()
        .filter(law -> law instanceof LinearInAmplitudes && law.parameters().size() <= 5)
        .toList();
  }

  /** A law without what its type says about amplitudes, so that the general way is taken. */
  private record Opaque(Law law) implements Law {
    @Override
    public String formula() {
      return law.formula();
    }

    @Override
    public String source() {
      return law.source();
    }

    @Override
    public List<Parameter> parameters() {
      return law.parameters();
    }

    @Override
    public double loss(Scale at, double[] theta) {
      return law.loss(at, theta);
    }

    @Override
    public void gradient(Scale at, double[] theta, double[] gradient) {
      law.gradient(at, theta, gradient);
    }
  }

  @ParameterizedTest
  @MethodSource("laws")
  void findsAnExactCurve(Law law) {
    Random random = new Random(SEED);
    for (int curve = 0; curve < CURVES; curve++) {
      double[] truth = MadeLosses.theta(law, random);
      List<Observation> rows = MadeLosses.grid(law, truth, 0, random);
      FittedLaw fitted = new LawFitter(new Huber(1e-3)).fit(law, rows);
      assertExtrapolates(law, truth, fitted, 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("laws")
  void findsANoisyCurve(Law law) {
    for (Objective objective : List.of(new Huber(1e-3), new LeastSquares())) {
      Random random = new Random(SEED);
      for (int curve = 0; curve < CURVES; curve++) {
        double[] truth = MadeLosses.theta(law, random);
        List<Observation> rows = MadeLosses.grid(law, truth, 1e-3, random);
        FittedLaw fitted = new LawFitter(objective).fit(law, rows);
        double atTruth = new Problem(law, objective, rows).cost(truth);
        assertTrue(fitted.cost() <= atTruth, fitted + " is worse than the truth; seed " + SEED);
        assertExtrapolates(law, truth, fitted, 0.02);
      }
    }
  }

  /** Many more curves: none may end above its truth. */
  @ParameterizedTest
  @MethodSource("laws")
  @Tag("slow")
  void neverEndsAboveTheTruth(Law law) {
    Random random = new Random(SEED + 1);
    Objective objective = new Huber(1e-3);
    for (int curve = 0; curve < MANY_CURVES; curve++) {
      double[] truth = MadeLosses.theta(law, random);
      List<Observation> rows = MadeLosses.grid(law, truth, 3e-3, random);
      FittedLaw fitted = new LawFitter(objective).fit(law, rows);
      double atTruth = new Problem(law, objective, rows).cost(truth);
      assertTrue(
          fitted.cost() <= atTruth,
          fitted + " is worse than the truth; seed " + (SEED + 1) + ", curve " + curve);
    }
  }

  @ParameterizedTest
  @MethodSource("smallLaws")
  void theGeneralWayLeadsToTheSameOptimum(Law law) {
    Random random = new Random(SEED);
    LawFitter fitter = new LawFitter(new Huber(1e-3));
    for (int curve = 0; curve < CURVES; curve++) {
      List<Observation> rows = MadeLosses.grid(law, MadeLosses.theta(law, random), 3e-3, random);
      double cost = fitter.fit(law, rows).cost();
      assertEquals(cost, fitter.fit(new Opaque(law), rows).cost(), 1e-6 * cost, "seed " + SEED);
    }
  }

  private static void assertExtrapolates(
      Law law, double[] truth, FittedLaw fitted, double tolerance) {
    Scale far = MadeLosses.beyond(law, 10);
    double loss = law.loss(far, truth);
    assertEquals(loss, fitted.loss(far), tolerance * loss, fitted + "; seed " + SEED);
  }
}
