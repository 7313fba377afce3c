package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightAverageTest {
  private static final String SET = "validation";
  private static final String AVERAGED = SET + ".average";

  @TempDir private Path cache;

  /** Keeps what each snapshot holds of one tensor. */
  private static final class Watched extends RecordedLog {
    private final List<double[]> weights = new ArrayList<>();
    private final List<double[]> averages = new ArrayList<>();

    @Override
    public boolean snapshotDue() {
      return true;
    }

    @Override
    public void snapshot(Snapshot snapshot) {
      String name =
          snapshot.tensors().shapes().keySet().stream()
              .filter(each -> each.startsWith("0/average/"))
              .findFirst()
              .orElseThrow();
      averages.add(snapshot.tensors().read(name));
      weights.add(snapshot.tensors().read(name.replace("average", "weights")));
    }
  }

  private <L extends RecordedLog> L train(Engine engine, L log, TrainingSpec... cohort)
      throws IOException {
    try (engine;
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(List.of(cohort), Optional.empty(), StopSignal.NEVER, log);
    }
    return log;
  }

  private static TrainingSpec averaged(double decay, int every) {
    return Specs.averaged(Specs.spec(), new WeightAverage(decay, every));
  }

  /** Every third step, against the sum written out: Σ β^(n−i) w_i (1 − β) / (1 − β^n). */
  @Test
  void theAverageIsTheSumThatItStandsFor() throws IOException {
    double beta = 0.8;
    Watched log = train(new NaiveEngine(1), new Watched(), averaged(beta, 3));
    assertTrue(log.weights.size() >= 19);
    List<double[]> taken = new ArrayList<>();
    for (int step = 1; step <= log.weights.size(); step++) {
      if (step % 3 == 1) {
        taken.add(log.weights.get(step - 1));
      }
      int n = taken.size();
      double[] expected = new double[taken.getFirst().length];
      for (int i = 1; i <= n; i++) {
        double share = Math.pow(beta, n - i) * (1 - beta) / (1 - Math.pow(beta, n));
        for (int j = 0; j < expected.length; j++) {
          expected[j] += share * taken.get(i - 1)[j];
        }
      }
      assertArrayEquals(expected, log.averages.get(step - 1), 1e-12, "after step " + step);
    }
  }

  @Test
  void anAverageThatForgetsAllIsTheWeights() throws IOException {
    RecordedLog log = train(new HostEngine(1), new RecordedLog(), averaged(0, 1));
    assertArrayEquals(log.losses(0, SET), log.losses(0, AVERAGED));
  }

  /** And members of a cohort, one that ends early among them, are as they are alone. */
  @Test
  void averagingChangesNothingElse() throws IOException {
    TrainingSpec longer = averaged(0.9, 1);
    TrainingSpec shorter =
        Specs.averaged(
            Specs.with(Specs.spec(), 320, new CheckpointPlan(64, 1.6)), new WeightAverage(0.9, 1));
    RecordedLog both = train(new HostEngine(1), new RecordedLog(), longer, shorter);
    RecordedLog alone = train(new HostEngine(1), new RecordedLog(), shorter);
    RecordedLog raw = train(new HostEngine(1), new RecordedLog(), Specs.spec());
    assertEquals(alone.checkpoints.get(0), both.checkpoints.get(1));
    assertArrayEquals(raw.losses(0, SET), both.losses(0, SET));
    assertNotEquals(both.losses(0, SET)[2], both.losses(0, AVERAGED)[2]);
  }

  @Test
  void aSnapshotWithoutAveragesIsNotResumedFrom() throws IOException {
    SavingLog log = new SavingLog(step -> step == 3);
    train(new NaiveEngine(1), log, Specs.spec());
    Snapshot saved = log.kept().orElseThrow().snapshot();
    SavingLog again = new SavingLog(_ -> false);
    try (Engine engine = new NaiveEngine(1);
        Trainer trainer = new KernelTrainer(engine, new OpenCorpora(cache))) {
      trainer.train(List.of(averaged(0.9, 1)), Optional.of(saved), StopSignal.NEVER, again);
    }
    assertEquals(List.of("it is of another training"), again.startedOver);
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WeightAverage(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new WeightAverage(0.9, 0));
    HeldOut set = new HeldOut(120, Optional.empty());
    TrainingSpec twice =
        Specs.of(Specs.GPT, Specs.spec().corpus(), 640, Map.of("a", set, "a.average", set));
    assertEquals(List.of("a", "a.average"), List.copyOf(twice.lossNames()));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Specs.averaged(twice, new WeightAverage(0.9, 1)))
            .getMessage();
    assertTrue(message.contains("a.average"), message);
  }
}
