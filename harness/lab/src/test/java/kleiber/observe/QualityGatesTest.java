package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.observe.Flag.Gate;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Constant;
import kleiber.train.Schedule;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;

final class QualityGatesTest {
  private static final long TOKENS = 1_000_000;

  private static List<Flag> flags(List<StoredRun> runs) {
    return QualityGates.of(runs, MadeRuns.PLAN);
  }

  private static void assertFlagged(StoredRun run, Gate gate, String reason, List<StoredRun> runs) {
    List<Flag> flags = flags(runs);
    assertEquals(1, flags.size(), flags.toString());
    assertEquals(run.run().id(), flags.getFirst().run());
    assertEquals(gate, flags.getFirst().gate());
    assertTrue(flags.getFirst().reason().matches(reason), flags.getFirst().reason());
  }

  private static StoredRun scaled(StoredRun run, long fromStep, double factor) {
    return MadeRuns.with(run, row -> row.step() < fromStep ? row : scaled(row, factor));
  }

  private static Checkpoint scaled(Checkpoint row, double factor) {
    Checkpoint.HeldOutLoss loss = row.heldOut().get("text");
    return new Checkpoint(
        row.step(),
        row.tokens(),
        row.epochs(),
        row.flops(),
        row.learningRate(),
        row.fractionOfPeak(),
        row.trainLoss(),
        row.gradientNorm(),
        Map.of(
            "text",
            new Checkpoint.HeldOutLoss(
                factor * loss.loss(), loss.standardError(), OptionalDouble.empty())));
  }

  /** The same run with another spec, rows and all. */
  private static StoredRun as(StoredRun run, UnaryOperator<TrainingSpec> change) {
    return new StoredRun(
        Run.of(change.apply(run.run().spec())),
        run.state(),
        run.reason(),
        run.facts(),
        run.checkpoints(),
        run.seconds());
  }

  private static TrainingSpec with(TrainingSpec spec, double rate, Schedule schedule) {
    return new TrainingSpec(
        spec.model(),
        spec.corpus(),
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        spec.optimizer().withLearningRate(rate),
        schedule,
        spec.checkpoints(),
        spec.heldOut(),
        spec.seed());
  }

  @Test
  void aSoundGridHasNoFlags() {
    assertEquals(List.of(), flags(MadeRuns.grid()));
    assertEquals(List.of(), flags(List.of()));
  }

  @Test
  void aRunThatDiverged() {
    List<StoredRun> runs =
        MadeRuns.ended(MadeRuns.grid(), List.of(3), StoredRun.State.DIVERGED, "step 7: not finite");
    assertFlagged(runs.get(3), Gate.DIVERGED, "step 7: not finite", runs);
  }

  @Test
  void aLossThatRises() {
    StoredRun calm = MadeRuns.run(32, TOKENS, 1, 0);
    Checkpoint middle = calm.checkpoints().get(calm.checkpoints().size() / 2);
    StoredRun spiked =
        MadeRuns.with(calm, row -> row.step() == middle.step() ? scaled(row, 1.3) : row);
    assertFlagged(
        spiked, Gate.SPIKE, "its loss rose by .* between steps \\d+ and .*", List.of(spiked));
    StoredRun hardly =
        MadeRuns.with(calm, row -> row.step() == middle.step() ? scaled(row, 1.01) : row);
    assertEquals(List.of(), flags(List.of(hardly)));
  }

  @Test
  void aRateThatIsStillHighAtTheEnd() {
    StoredRun run =
        MadeRuns.with(
            MadeRuns.run(32, TOKENS, 1, 0),
            row ->
                new Checkpoint(
                    row.step(),
                    row.tokens(),
                    row.epochs(),
                    row.flops(),
                    row.learningRate(),
                    1,
                    row.trainLoss(),
                    row.gradientNorm(),
                    row.heldOut()));
    StoredRun constant = as(run, spec -> with(spec, 0.01, new Constant(1000)));
    assertFlagged(
        constant, Gate.UNFINISHED_DECAY, "it ended at 100 % of its peak.*", List.of(constant));
  }

  @Test
  void aSeedThatIsFarFromTheOthers() {
    List<StoredRun> runs = new ArrayList<>();
    for (int seed = 1; seed <= 6; seed++) {
      runs.add(MadeRuns.run(32, TOKENS, seed, seed % 2 == 0 ? 1 : -1));
    }
    assertEquals(List.of(), flags(runs));
    StoredRun odd = MadeRuns.run(32, TOKENS, 7, 12);
    runs.add(odd);
    assertFlagged(odd, Gate.SEED_OUTLIER, "its loss is .* nats above the mean of 6 other.*", runs);
    assertEquals(List.of(), flags(List.of(runs.get(0), odd)), "two runs cannot tell which is odd");
  }

  @Test
  void ratesThatAreNotTheBest() {
    StoredRun base = MadeRuns.run(32, TOKENS, 1, 0);
    List<StoredRun> basin = new ArrayList<>();
    double[] factors = {1.05, 1, 1.004};
    for (int i = 0; i < factors.length; i++) {
      double rate = 0.001 * Math.pow(3, i);
      StoredRun tuned = as(base, spec -> with(spec, rate, spec.schedule()));
      basin.add(scaled(tuned, 0, factors[i]));
    }
    assertFlagged(
        basin.getFirst(),
        Gate.UNDER_TUNED,
        "its loss is 5 % above that of run [0-9a-f]{16}, which has a learning rate of 0.003.*0.001",
        basin);
    List<StoredRun> open = basin.stream().map(run -> run).toList();
    StoredRun edge = scaled(basin.get(2), 0, 0.994);
    assertTrue(
        flags(List.of(basin.get(0), basin.get(1), edge)).stream()
            .anyMatch(
                flag ->
                    flag.run().equals(edge.run().id())
                        && flag.reason().contains("has the largest, 0.009")));
    assertEquals(List.of(), flags(basin.subList(0, 2)), "two rates show no basin");
  }

  @Test
  void theReportSaysWhatLeavingThemOutDoes() {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    Analysis sound =
        Analysis.of(MadeRuns.experiment("Sound?", runs, MadeRuns.PLAN), List.copyOf(runs));
    StoredRun first = runs.getFirst();
    long last = first.checkpoints().getLast().step();
    runs.set(0, scaled(first, last, 1.5));
    Analysis spiked = Analysis.of(MadeRuns.experiment("Sound?", runs, MadeRuns.PLAN), runs);
    List<Flag> flags = flags(runs);
    assertEquals(List.of(Gate.SPIKE), flags.stream().map(Flag::gate).toList());
    assertEquals("None of them is fitted.", FlagEffect.sentence(sound, List.of()));
    String sentence = FlagEffect.sentence(spiked, flags);
    assertTrue(
        sentence.matches(
            "1 of the 20 runs fitted is flagged: fitted without, .* by .* with them by .*"),
        sentence);
  }

  @Test
  void aRunLeftOutByNameIsARowWithItsReasonAndItsEffectIsTold() {
    List<StoredRun> runs = new ArrayList<>(MadeRuns.grid());
    StoredRun first = runs.getFirst();
    StoredRun odd = scaled(first, first.checkpoints().getLast().step(), 1.5);
    runs.set(0, odd);
    String id = odd.run().id();
    FitPlan plan = MadeRuns.leavingOut(Map.of(id, "it spiked"));
    Analysis analysis = Analysis.of(MadeRuns.experiment("Sound?", runs, plan), runs);
    assertTrue(analysis.observations().fit().stream().noneMatch(row -> row.run().equals(id)));
    Exclusion exclusion = analysis.observations().exclusions().getFirst();
    assertEquals(id, exclusion.run());
    assertEquals("left out by name: it spiked", exclusion.reason());
    assertTrue(
        tells(
            analysis,
            "1 run is left out by name: fitted with them, the law misses .* by [0-9.]+ % on"
                + " average, and without them by [0-9.]+ %\\."),
        () -> Answer.of(analysis).sentences().toString());
    Analysis kept = Analysis.of(MadeRuns.experiment("Sound?", runs, MadeRuns.PLAN), runs);
    assertTrue(tells(kept, "1 of the runs used is flagged \\(spike 1\\): .*"));
    assertFalse(tells(kept, ".*left out by name.*"));
    String large = runs.stream().filter(MadeRuns::isLarge).findAny().orElseThrow().run().id();
    FitPlan blind = MadeRuns.leavingOut(Map.of(large, "it is too large"));
    assertTrue(
        tells(
            Analysis.of(MadeRuns.experiment("Sound?", runs, blind), runs),
            ".*1 of the losses that would check the law is among what is left out\\."));
  }

  private static boolean tells(Analysis analysis, String pattern) {
    return Answer.of(analysis).sentences().stream().anyMatch(line -> line.matches(pattern));
  }
}
