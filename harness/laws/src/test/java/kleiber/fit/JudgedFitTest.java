package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast fitter never ends above the slow one. */
class JudgedFitTest {
  private static final long SEED = 1959;
  private static final int SETS = 7;
  private static final int STARTS = 6;
  private static final double TOLERANCE = 1e-8;

  static List<Objective> objectives() {
    return ObjectiveTest.objectives();
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void onMadeLosses(Objective objective) {
    for (Law law : List.of(new Chinchilla(), new PowerLaw())) {
      for (int set = 0; set < SETS; set++) {
        Random random = new Random(SEED * (set + 1));
        double noise = Math.pow(10, -3 + 1.5 * random.nextDouble());
        List<Observation> rows =
            MadeLosses.grid(law, MadeLosses.theta(law, random), noise, random).stream()
                .map(row -> MadeLosses.withStandardError(row, 0.01 * (1 + random.nextDouble())))
                .toList();
        judge(law, objective, rows, "set " + set + " of seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void onRealLosses(Objective objective) throws IOException {
    if (objective.residual() == Residual.STANDARD_ERRORS) {
      return;
    }
    judge(new Chinchilla(), objective, ChinchillaEpoch.published(), "240 points");
    judge(new Chinchilla(), objective, ChinchillaEpoch.all(), "245 points");
  }

  private static void judge(Law law, Objective objective, List<Observation> rows, String which) {
    FittedLaw fitted = new LawFitter(objective).fit(law, rows);
    double slow = PlainFitter.cost(law, objective, rows, STARTS);
    assertTrue(
        fitted.cost() <= slow * (1 + TOLERANCE),
        () -> which + ": " + fitted + ", the slow fitter found " + slow);
  }
}
