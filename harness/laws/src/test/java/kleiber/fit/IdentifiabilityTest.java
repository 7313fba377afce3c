package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import kleiber.fit.Identifiability.Degree;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;

class IdentifiabilityTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Chinchilla law = new Chinchilla();
  private final LawFitter squares = new LawFitter(new LeastSquares());

  private Identifiability of(double noise) {
    List<Observation> rows = MadeLosses.grid(law, TRUTH, noise, new Random(5));
    return Identifiability.of(squares, squares.fit(law, rows), rows, 0.9);
  }

  @Test
  void littleNoiseIdentifiesEverything() {
    Identifiability found = of(1e-4);
    assertEquals(law.parameters(), found.all(Degree.IDENTIFIED), found.toString());
    for (int j = 0; j < TRUTH.length; j++) {
      Interval interval = found.verdicts().get(j).profile().interval();
      assertTrue(interval.low() < interval.high(), interval.toString());
    }
    assertTrue(found.tradeOff().contains("trade off: "), found.tradeOff());
  }

  @Test
  void moreNoiseTakesIdentificationAway() {
    assertTrue(of(1e-2).all(Degree.IDENTIFIED).size() < TRUTH.length);
    Identifiability drowned = of(0.1);
    assertTrue(drowned.all(Degree.NOT).size() > 1, drowned.toString());
    assertTrue(drowned.verdicts().get(0).sentence().contains("not identified"));
  }

  /** With noise that hardly bends the law, a profile is Student's t about a least-squares fit. */
  @Test
  void profileOfALittleNoiseIsStudents() {
    List<Observation> rows = MadeLosses.grid(law, TRUTH, 1e-5, new Random(5));
    FittedLaw fitted = squares.fit(law, rows);
    double[] errors =
        Information.of(new Problem(law, squares.objective(), rows), fitted.theta())
            .standardErrors();
    int alpha = 2;
    Interval interval = Profile.of(squares, fitted, rows, alpha, 0.9).interval();
    double half = Math.log(interval.high() / interval.low()) / 2;
    assertEquals(1.7531 * errors[alpha], half, 0.01 * half);
  }
}
