package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;

class InfluenceTest {
  private static final int BETA = 4;
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));
  private final Chinchilla law = new Chinchilla();

  /** Besiroglu et al. 2024 left out the five highest losses; nothing here says which those are. */
  @Test
  void findsTheFivePointsThatMoveBeta() throws IOException {
    List<Observation> all = ChinchillaEpoch.all();
    Influence influence = Influence.of(fitter, fitter.fit(law, all), all);
    Set<String> five =
        all.subList(all.size() - 5, all.size()).stream()
            .map(Observation::cluster)
            .collect(Collectors.toSet());
    Influence.Group strongest =
        influence.groups().stream().filter(group -> group.parameter() == BETA).findFirst().get();
    assertEquals(five, Set.copyOf(strongest.clusters()));
    assertEquals(0.453, strongest.with(), 1e-3);
    assertEquals(0.367, strongest.without(), 1e-3);
    assertTrue(
        influence.sentences().stream()
            .anyMatch(s -> s.startsWith("5 of 245 clusters of runs move beta from 0.367 to 0.453")),
        influence.sentences().toString());
  }

  @Test
  void theJackknifeIsTheFitWithoutEachCluster() {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    List<Observation> rows = MadeLosses.grid(law, truth, 3e-3, new Random(8));
    double[][] jackknife = Influence.jackknife(fitter, fitter.fit(law, rows), rows);
    for (int i = 0; i < rows.size(); i += 7) {
      List<Observation> rest = new ArrayList<>(rows);
      rest.remove(i);
      double[] without = fitter.fit(law, rest).theta();
      double[] found = jackknife[i];
      assertArrayEquals(
          new double[] {without[2], without[4]}, new double[] {found[2], found[4]}, 2e-3);
      double loss = law.loss(MadeLosses.beyond(10), without);
      assertEquals(loss, law.loss(MadeLosses.beyond(10), found), 1e-4 * loss);
    }
  }

  @Test
  void oneClusterHasNoInfluence() {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    List<Observation> one =
        MadeLosses.grid(law, truth, 3e-3, new Random(8)).stream()
            .map(r -> new Observation("run", "run", "made", 0, r.at(), null, r.loss(), 0))
            .toList();
    FittedLaw fitted = fitter.fit(law, one);
    assertThrows(IllegalArgumentException.class, () -> Influence.of(fitter, fitted, one));
  }
}
