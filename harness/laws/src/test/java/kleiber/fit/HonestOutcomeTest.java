package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** Data that say too little are called so, with the parameters they say too little about. */
class HonestOutcomeTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Law law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));

  private FittedLaw fit(double[] truth, double noise, Predicate<Observation> which) {
    List<Observation> rows = MadeLosses.grid(law, truth, noise, new Random(5));
    return fitter.fit(law, rows.stream().filter(which).toList());
  }

  @Test
  void aGoodGridConverges() {
    FittedLaw fitted = fit(TRUTH, 1e-3, row -> true);
    assertEquals(Outcome.CONVERGED, fitted.outcome(), fitted.sentence());
    assertTrue(fitted.sentence().isEmpty());
    assertTrue(fitted.agreed() > 1, fitted.toString());
  }

  @Test
  void fewerPointsThanParameters() {
    FittedLaw fitted = fit(TRUTH, 1e-3, row -> row.at().tokens() == 2e6 && row.at().params() > 5e4);
    assertEquals(Outcome.NOT_IDENTIFIED, fitted.outcome());
    assertTrue(fitted.sentence().contains("4 distinct scales"), fitted.sentence());
    assertTrue(fitted.sentence().contains("5 parameters"), fitted.sentence());
  }

  @Test
  void oneTokenCount() {
    FittedLaw fitted = fit(TRUTH, 1e-3, row -> row.at().tokens() == 2e6);
    assertEquals(Outcome.NOT_IDENTIFIED, fitted.outcome());
    assertTrue(fitted.sentence().contains("same D, 2000000.0"), fitted.sentence());
    assertTrue(fitted.sentence().contains("B, beta"), fitted.sentence());
    assertFalse(fitted.sentence().contains("alpha"), fitted.sentence());
  }

  @Test
  void oneSize() {
    List<Observation> rows =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    MadeLosses.measured(
                        "run-" + i,
                        law,
                        TRUTH,
                        Scale.of(1e5, 1e6 * Math.pow(2, i)),
                        1e-3,
                        new Random(i)))
            .toList();
    FittedLaw fitted = fitter.fit(law, rows);
    assertEquals(Outcome.NOT_IDENTIFIED, fitted.outcome());
    assertTrue(fitted.sentence().contains("same N, 100000.0"), fitted.sentence());
    assertTrue(fitted.sentence().contains("A, alpha"), fitted.sentence());
  }

  @Test
  void lossesThatFallFasterThanTheLawCan() {
    FittedLaw fitted = fit(new double[] {-2, 60, 0.2, 141, 0.2}, 3e-3, row -> true);
    assertEquals(Outcome.BOUND_HIT, fitted.outcome(), fitted.sentence());
    assertTrue(fitted.sentence().contains("E = 0"), fitted.sentence());
  }

  @Test
  void noiseThatDrownsTheCurve() {
    FittedLaw fitted = fit(TRUTH, 0.3, row -> true);
    assertTrue(
        fitted.outcome() == Outcome.BOUND_HIT || fitted.outcome() == Outcome.NOT_IDENTIFIED,
        fitted.toString());
    assertFalse(fitted.sentence().isEmpty());
  }

  @Test
  void aFlatValley() {
    Law power = new PowerLaw();
    double[] steady = {1, 3, 0.02};
    List<Observation> rows = MadeLosses.grid(power, steady, 3e-3, new Random(5));
    FittedLaw fitted = fitter.fit(power, rows);
    assertEquals(Outcome.NOT_IDENTIFIED, fitted.outcome(), fitted.toString());
    assertTrue(fitted.sentence().contains("alpha"), fitted.sentence());
  }
}
