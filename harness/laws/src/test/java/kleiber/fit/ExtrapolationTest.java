package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

class ExtrapolationTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Law law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));

  @Test
  void comparesWhatWasSaidWithWhatWasMeasured() {
    Random random = new Random(4);
    List<Observation> all = new ArrayList<>(MadeLosses.grid(law, TRUTH, 3e-3, random));
    Observation usual = MadeLosses.measured("usual", law, TRUTH, MadeLosses.beyond(16), 0, random);
    Observation broken =
        new Observation("broken", "broken", "made", 0, usual.at(), null, 2 * usual.loss(), 0);
    all.add(usual);
    all.add(broken);
    Split split = Split.byFlops(all, 1e14);
    FittedLaw fitted = fitter.fit(law, split.fit());
    BootstrappedLaw bootstrapped = new Bootstrap(fitter, 100, 1).run(fitted, split.fit());
    Extrapolation extrapolation = Extrapolation.of(fitted, bootstrapped, split.heldOut(), 0.9);

    Extrapolation.Point first = extrapolation.points().get(0);
    assertEquals(usual, first.measured());
    assertEquals(fitted.loss(usual.at()), first.predicted());
    assertEquals(0, first.relativeError(), 0.02);
    assertTrue(first.covered() && first.interval().holds(first.predicted()));
    Extrapolation.Point second = extrapolation.points().get(1);
    assertEquals(-0.5, second.relativeError(), 0.02);
    assertTrue(!second.covered());
    assertEquals(0.5, extrapolation.coverage());
    assertEquals(
        (Math.abs(first.relativeError()) - second.relativeError()) / 2,
        extrapolation.meanAbsoluteRelativeError(),
        1e-12);
  }

  /** Runs off the compute frontier would make a straw man of a law that sees compute alone. */
  @Test
  void theBaselineIsFittedToTheFrontier() {
    Random random = new Random(4);
    Law power = new PowerLaw();
    double[] truth = {0.9, 60, 0.12};
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var at = Scale.of(1e4 * Math.pow(2, i), 1e6 * Math.pow(2, i));
      rows.add(MadeLosses.measured("best-" + i, power, truth, at, 0, random));
    }
    List<Observation> best = List.copyOf(rows);
    for (Observation row : best) {
      rows.add(
          new Observation(
              "worse-" + row.run(), row.run(), "made", 0, row.at(), null, 1.1 * row.loss(), 0));
    }
    assertEquals(best, Frontier.of(rows));
    FittedLaw fitted = fitter.fit(power, rows);
    BootstrappedLaw bootstrapped = new Bootstrap(fitter, 20, 1).run(fitted, rows);
    Observation far = MadeLosses.measured("far", power, truth, Scale.of(1e7, 1e9), 0, random);
    Extrapolation extrapolation = Extrapolation.of(fitted, bootstrapped, List.of(far), 0.9);
    assertEquals(0, extrapolation.baselineMeanAbsoluteRelativeError(), 1e-4);
  }
}
