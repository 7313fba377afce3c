package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Test;

class HoldOutTest {
  private final Chinchilla law = new Chinchilla();
  private final LawFitter fitter = new LawFitter(new Huber(1e-3));

  @Test
  void leavesOutTheLargestByEveryAxis() {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    List<Observation> rows = MadeLosses.grid(law, truth, 3e-3, new Random(8));
    List<HoldOut> all = HoldOut.largest(fitter, law, rows);
    assertEquals(List.of(ScaleAxis.values()), all.stream().map(HoldOut::axis).toList());
    assertEquals(List.of(4, 5, 1), all.stream().map(HoldOut::heldOut).toList());
    for (HoldOut one : all) {
      assertEquals(rows.size() - one.heldOut(), one.law().observations());
      assertTrue(one.trainingError() < 0.01 && one.heldOutError() < 0.03, one.sentence());
      assertTrue(one.sentence().contains(one.axis().symbol() + " <= "), one.sentence());
    }
  }

  @Test
  void oneAxisThatDoesNotVaryIsNoHoldOut() {
    double[] truth = {0.9, 60, 0.4, 141, 0.35};
    List<Observation> rows =
        MadeLosses.grid(law, truth, 3e-3, new Random(8)).stream()
            .filter(row -> row.at().tokens() == 2e6 || row.at().tokens() == 4e6)
            .toList();
    List<HoldOut> all = HoldOut.largest(fitter, law, rows);
    assertTrue(all.stream().noneMatch(one -> one.axis() == ScaleAxis.TOKENS), all.toString());
  }
}
