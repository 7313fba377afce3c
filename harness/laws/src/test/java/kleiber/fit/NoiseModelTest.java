package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

class NoiseModelTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private final Chinchilla law = new Chinchilla();

  private static double noise(Scale at) {
    return 4e-3 * Math.pow(at.params() / 1e5, -0.5) * Math.pow(at.tokens() / 5e6, 0.25);
  }

  private List<Observation> seeds(int seeds) {
    Random random = new Random(12);
    List<Observation> rows = new ArrayList<>();
    for (Observation cell : MadeLosses.grid(law, TRUTH, 0, random)) {
      for (int seed = 0; seed < seeds; seed++) {
        String run = cell.run() + "-seed-" + seed;
        rows.add(MadeLosses.measured(run, law, TRUTH, cell.at(), noise(cell.at()), random));
      }
    }
    return rows;
  }

  @Test
  void findsHowNoiseGoesWithScale() {
    NoiseModel model = NoiseModel.of(seeds(200)).orElseThrow();
    assertEquals(-0.5, model.byParams(), 0.05);
    assertEquals(0.25, model.byTokens(), 0.05);
    assertEquals(20, model.cells());
    assertEquals(20 * 199, model.degreesOfFreedom());
    Scale far = MadeLosses.beyond(10);
    assertEquals(noise(far), model.at(far), 0.15 * noise(far));
  }

  @Test
  void withoutSeedsThereIsNone() {
    assertTrue(NoiseModel.of(seeds(1)).isEmpty());
  }

  @Test
  void predictionsTakeTheNoiseOfTheirScale() {
    List<Observation> rows = seeds(3);
    LawFitter fitter = new LawFitter(new LeastSquares());
    BootstrappedLaw bootstrapped =
        new Bootstrap(fitter, 200, 1).run(fitter.fit(law, rows), rows, Bootstrap.Resampling.CELLS);
    NoiseModel quiet = new NoiseModel(1e-9, 0, 0, 1e5, 5e6, 1, 2);
    NoiseModel loud = new NoiseModel(0.1, 0, 0, 1e5, 5e6, 1, 2);
    Scale far = MadeLosses.beyond(10);
    Interval alone = bootstrapped.prediction(far, 0.9, quiet);
    Interval drowned = bootstrapped.prediction(far, 0.9, loud);
    assertTrue(drowned.high() - drowned.low() > 4 * (alone.high() - alone.low()));
    assertTrue(alone.holds(law.loss(far, bootstrapped.fitted().theta())));
  }
}
