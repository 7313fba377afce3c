package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import kleiber.laws.ExpertSparsity;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.models.ParameterCount.Convention;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mixtures of experts beside models that a token passes as a whole. */
class SparsityTest {
  @TempDir Path folder;

  /** The run as if it had experts, of which so many parameters in all are idle. */
  private static StoredRun withIdle(StoredRun run, long idle) {
    ParameterCount count = run.facts().orElseThrow().parameters();
    return MadeFacts.withParameters(
        run,
        new ParameterCount(
            count.embedding(),
            count.hidden() + idle,
            count.output(),
            count.matmul(),
            OptionalLong.of(idle)));
  }

  /** The last run but one has experts, the others none. */
  private static List<StoredRun> runs() {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    int at = runs.size() - 2;
    runs.set(at, withIdle(runs.get(at), 30_000));
    return runs;
  }

  private static double sparsity(Observation row) {
    return row.at().extra().get(Scale.SPARSITY);
  }

  private static Scale with(Scale at, double sparsity) {
    return new Scale(at.params(), at.tokens(), at.flops(), Map.of(Scale.SPARSITY, sparsity));
  }

  @Test
  void activeAndTotalAreReadApart() {
    List<StoredRun> runs = runs();
    Observations observations = Observations.of(runs, MadeRuns.PLAN);
    ParameterCount count = runs.get(runs.size() - 2).facts().orElseThrow().parameters();
    Observation active = observations.used(Row.Use.FIT, Convention.ACTIVE).getLast();
    Observation total = observations.used(Row.Use.FIT, Convention.TOTAL).getLast();
    assertEquals(count.total() - 30_000, active.at().params());
    assertEquals(count.total(), total.at().params());
    assertEquals(30_000.0 / count.total(), sparsity(total), 1e-15);
    assertEquals(0, sparsity(observations.fit().getFirst()), "the same table has all axes");
    double[] theta = new ExpertSparsity().typical();
    double sparse = new ExpertSparsity().loss(total.at(), theta);
    Scale dense = Scale.of(count.total(), total.at().tokens());
    assertNotEquals(new ExpertSparsity().loss(with(dense, 0), theta), sparse, "the law reads it");
    assertEquals(
        sparse, new ExpertSparsity().loss(with(dense, 30_000.0 / count.total()), theta), 1e-12);
  }

  @Test
  void theTableTellsBoth() throws IOException {
    Observations observations = Observations.of(runs(), MadeRuns.PLAN);
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, observations);
    assertEquals(observations.rows(), ObservationTable.read(file));
    List<String> columns = ForeignTable.read(file).columns();
    assertEquals(columns.indexOf("paramsMatmul") + 1, columns.indexOf("paramsActive"));
    assertEquals("sparsity", columns.getLast(), "a further axis");
  }

  /** Tables, fits and reports of models without experts stay as they are. */
  @Test
  void withoutExpertsNothingIsAdded() throws IOException {
    Observations observations = Observations.of(MadeRuns.grid(), MadeRuns.PLAN);
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, observations);
    String header = Files.readAllLines(file).getFirst();
    assertFalse(header.contains("paramsActive") || header.contains("sparsity"), header);
    assertFalse(observations.fit().getFirst().at().extra().containsKey(Scale.SPARSITY));
    assertFalse(observations.conventions().contains(Convention.ACTIVE));
    assertEquals(
        observations.used(Row.Use.FIT, Convention.TOTAL),
        observations.used(Row.Use.FIT, Convention.ACTIVE),
        "a token passes all");
  }
}
