package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kleiber.fit.Identifiability.Degree;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
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

  /** What a fit says that the data cannot tell apart, no verdict may call identified. */
  @Test
  void oneSizeLeavesItsTermsUnknown() {
    for (double noise : new double[] {0, 1e-3, 1e-2}) {
      Random random = new Random(5);
      List<Observation> rows =
          IntStream.range(0, 12)
              .mapToObj(i -> Scale.of(1e5, 1e6 * Math.pow(2, i)))
              .map(at -> MadeLosses.measured("run-" + at.tokens(), law, TRUTH, at, noise, random))
              .toList();
      for (LawFitter fitter : List.of(squares, new LawFitter(new Huber(1e-3)))) {
        FittedLaw fitted = fitter.fit(law, rows);
        Identifiability found = Identifiability.of(fitter, fitted, rows, 0.9);
        List<String> unknown = found.all(Degree.NOT).stream().map(its -> its.name()).toList();
        assertTrue(unknown.containsAll(List.of("E", "A", "alpha")), found.toString());
        assertTrue(found.tradeOff().matches(".*trade off freely.*|"), found.tradeOff());
      }
    }
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
