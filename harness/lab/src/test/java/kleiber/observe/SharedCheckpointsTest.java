package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.laws.Observation;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;

class SharedCheckpointsTest {
  private static final FitPlan ALL =
      MadeRuns.plan(
          FitPlan.Selection.ALL_AFTER_WARMUP, ParameterCount.Convention.TOTAL, FitPlan.Flops.EXACT);

  private static List<Observation> of(List<Observation> rows, StoredRun run) {
    return rows.stream().filter(row -> row.run().equals(run.run().id())).toList();
  }

  @Test
  void aCheckpointOfTheTrunkIsOneRow() {
    StoredRun one = MadeRuns.branch(16, 1_000_000, 1);
    StoredRun two = MadeRuns.branch(16, 2_000_000, 1);
    StoredRun other = MadeRuns.branch(16, 2_000_000, 2);
    List<Observation> fit = Observations.of(List.of(one, two, other), ALL).fit();
    Set<Long> alone =
        of(Observations.of(List.of(two), ALL).fit(), two).stream()
            .map(Observation::step)
            .collect(Collectors.toSet());
    assertEquals(alone.size(), of(fit, other).size(), "another seed is another trunk");
    long shared = one.run().spec().sharedSteps(two.run().spec());
    Set<Long> before = new HashSet<>(alone);
    before.removeIf(step -> step > shared);
    assertTrue(before.size() > 2, "branches share checkpoints");
    assertEquals(alone.size() - before.size(), of(fit, two).size());
    assertTrue(of(fit, two).stream().allMatch(row -> row.step() > shared));
    assertEquals(
        of(Observations.of(List.of(one), ALL).fit(), one), of(fit, one), "the first keeps all");
  }

  @Test
  void branchesAreOneCluster() {
    List<StoredRun> runs =
        List.of(
            MadeRuns.branch(16, 1_000_000, 1),
            MadeRuns.branch(16, 2_000_000, 1),
            MadeRuns.branch(16, 2_000_000, 2),
            MadeRuns.branch(24, 2_000_000, 1));
    List<String> clusters =
        Observations.of(runs, MadeRuns.PLAN).fit().stream().map(Observation::cluster).toList();
    assertEquals(4, clusters.size(), "each ends at its own loss");
    assertEquals(clusters.get(0), clusters.get(1));
    assertEquals(3, clusters.stream().distinct().count());
    StoredRun cosine = MadeRuns.run(16, 1_000_000, 1, 0);
    assertEquals(cosine.run().id(), cosine.run().cluster());
    assertNotEquals(runs.get(0).run().id(), clusters.get(0));
  }

  @Test
  void noCheckpointOfAForetoldBranchIsFitted() {
    StoredRun small = MadeRuns.branch(160, 1_000_000, 1);
    StoredRun large = MadeRuns.branch(160, 12_000_000, 1);
    Observations observations = Observations.of(List.of(small, large), ALL);
    long shared = small.run().spec().sharedSteps(large.run().spec());
    assertTrue(of(observations.fit(), small).stream().allMatch(row -> row.step() > shared));
    assertEquals(
        of(Observations.of(List.of(large), ALL).heldOut(), large),
        of(observations.heldOut(), large));
    Row left =
        observations.rows().stream()
            .filter(row -> row.reason().contains("trunk"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        "it lies on the trunk, and counts as a row of branch "
            + large.run().id()
            + ", which is foretold",
        left.reason());
  }
}
