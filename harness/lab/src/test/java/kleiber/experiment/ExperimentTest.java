package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kleiber.models.Gpt;
import kleiber.models.ParameterCount;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentTest {
  @Test
  void theGridIsTheUnionOfProducts() {
    Experiment ladder = Ladder.read();
    assertEquals("ladder", ladder.name());
    assertEquals(
        List.of(
            "2x16 100000",
            "2x16 200000",
            "2x24 100000",
            "2x24 200000",
            "3x32 100000",
            "3x32 200000",
            "4x64 1000000"),
        ladder.runs().stream().map(run -> shape(run.spec())).toList());
    assertEquals(0.9, ladder.fit().confidence());
    assertEquals(FitPlan.Selection.LAST, ladder.fit().checkpoints());
  }

  private static String shape(TrainingSpec spec) {
    Gpt gpt = (Gpt) spec.model();
    return gpt.depth() + "x" + gpt.width() + " " + spec.tokens();
  }

  @Test
  void rulesSetWhatFollowsFromSize() throws IOException {
    for (Run run : Ladder.read().runs()) {
      TrainingSpec spec = run.spec();
      assertEquals(spec.tokens() / 10, spec.schedule().warmupTokens());
      double n = run.parameters(256).under(ParameterCount.Convention.NON_EMBEDDING);
      assertEquals(
          3e-3 * Math.pow(n / 1e4, -0.3), spec.optimizer().learningRate(), 1e-12, run.id());
    }
  }

  /** TokensPerParameter stands after the rule that needs its value. */
  @Test
  void rulesMayBuildOnOneAnother() throws IOException {
    String text =
        Ladder.text("\n  tokens: 1e5", "")
            .replace(
                "exponent: -0.3}", "exponent: -0.3}\n  - {type: TokensPerParameter, ratio: 20}")
            .replaceAll("\n    tokens: \\[.*", "");
    for (Run run : Ladder.parse(text).runs()) {
      long n = run.parameters(256).under(ParameterCount.Convention.NON_EMBEDDING);
      assertEquals(20 * n, run.spec().tokens());
      assertEquals(Math.rint(0.1 * 20 * n), run.spec().schedule().warmupTokens());
    }
  }

  @Test
  void rulesThatWaitForOneAnotherAreRefused() {
    String text =
        Ladder.text("\n  context: 32\n  batch: 4", "")
            .replace(
                "rules:",
                "rules:\n  - {type: StandInRule, sets: batch, copies: context}\n"
                    + "  - {type: StandInRule, sets: context, copies: batch}");
    UserException error = assertThrows(UserException.class, () -> Ladder.parse(text));
    assertEquals(
        "experiments/ladder.yaml:28:5: the rules for batch and context wait for one another",
        error.getMessage());
    String oneWay = text.replace("sets: context, copies: batch", "sets: context, copies: seed");
    assertEquals(1, Ladder.parse(oneWay).runs().getFirst().spec().batch());
  }

  @Test
  void overridesReachEveryPart() {
    Experiment changed =
        Ladder.read(
            "name=other",
            "base.batch=8",
            "base.checkpoints={first: 5e4, ratio: 3}",
            "grid.0.tokens=[3e5]",
            "grid.1.model.0.width=128",
            "grid.1.seed=[1, 2]",
            "rules.0.fraction=0.5",
            "fit.bootstrap=100");
    assertEquals("other", changed.name());
    assertEquals(100, changed.fit().bootstrap());
    assertEquals(
        List.of("2x16 300000", "2x24 300000", "3x32 300000", "4x128 1000000", "4x128 1000000"),
        changed.runs().stream().map(run -> shape(run.spec())).toList());
    TrainingSpec last = changed.runs().getLast().spec();
    assertEquals(8, last.batch());
    assertEquals(2, last.seed());
    assertEquals(500_000, last.schedule().warmupTokens());
    assertEquals(50_000, last.checkpoints().first());
  }

  @Test
  void anAxisWithAnotherTypeReplacesWhatStoodThere() {
    Experiment schedules =
        Ladder.read(
            "grid.1={tokens: [1e6], model.width: [64], schedule: [{type: Constant},"
                + " {finalFraction: 0.2}]}");
    assertEquals(8, schedules.runs().size());
    assertEquals(
        List.of("Constant[warmupTokens=100000]", "Cosine[warmupTokens=100000, finalFraction=0.2]"),
        schedules.runs().subList(6, 8).stream().map(r -> r.spec().schedule().toString()).toList());
  }

  @Test
  void theKeptTextReadsToTheSameExperiment() {
    Experiment plain = Ladder.read();
    assertEquals(Ladder.text(), plain.text());
    Experiment changed =
        Ladder.read(
            "base.batch=8", "question=\"Why: {so}, #1?\"", "fit.confidence=.8", "grid.0.seed=[7]");
    Experiment again = Ladder.parse(changed.text());
    assertEquals(changed.runs(), again.runs());
    assertEquals(changed.fit(), again.fit());
    assertEquals(changed.question(), again.question());
    assertEquals("Why: {so}, #1?", again.question());
  }

  @Test
  void readsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("ladder.yaml"), "\uFEFF" + Ladder.text());
    assertEquals(Ladder.read().runs(), Experiment.read(file, List.of()).runs());
  }

  /**
   * Finished runs are found by their ids. If this fails, every run that users have finished would
   * be trained again: change the expectation only where the result of training has changed too, and
   * give a new setting an Optional that is left out at the old behaviour.
   */
  @Test
  void idsStayWhatTheyAre() {
    assertEquals(
        List.of(
            "ba3277747eb338c7",
            "6181e05d7d3c1d51",
            "b551c5668c5b0d8b",
            "429ce10a838783dc",
            "1623456ea12f32eb",
            "73324a93c91be0d3",
            "e7698cb3047e7b4a"),
        Ladder.read().runs().stream().map(Run::id).toList());
  }

  @Test
  void aNumberHasOneForm() {
    for (String tokens : List.of("1e6", "1000000", "1.0e6", "1E+6", "+1000000.0")) {
      assertEquals(
          Ladder.read().runs().getLast().id(),
          Ladder.read("grid.1.tokens=[" + tokens + "]").runs().getLast().id(),
          tokens);
    }
  }

  @Test
  void theOrderOfKeysAndMoreValuesKeepIds() {
    Set<String> ids = new HashSet<>();
    Ladder.read().runs().forEach(run -> ids.add(run.id()));
    String reordered =
        Ladder.text("    depth: 2\n    width: 16\n", "    width: 16\n    depth: 2\n")
            .replace("  seed: 1\n", "")
            .replace("base:\n", "base:\n  seed: 1\n");
    assertEquals(Ladder.read().runs(), Ladder.parse(reordered).runs());
    Set<String> more = new HashSet<>();
    Ladder.read("grid.0.tokens=[5e4, 1e5, 2e5]").runs().forEach(run -> more.add(run.id()));
    assertTrue(more.containsAll(ids));
    assertEquals(ids.size() + 3, more.size());
    assertNotEquals(
        Ladder.read().runs().getFirst().id(), Ladder.read("base.seed=2").runs().getFirst().id());
  }

  @Test
  void aRunCanBeReadFromItsCanonicalForm() {
    for (Run run : Ladder.read().runs()) {
      assertEquals(run, Run.parse(run.canonical(), "spec.json"));
    }
  }

  @Test
  void adamWIsWhatAnOptimizerIsWithoutType() {
    assertEquals(
        Ladder.read().runs(),
        Ladder.parse(Ladder.text("optimizer: {", "optimizer: {type: AdamW, ")).runs());
    Run muon =
        Ladder.parse(Ladder.text("optimizer: {", "optimizer: {type: Muon, momentum: 0.95, "))
            .runs()
            .getFirst();
    assertTrue(muon.canonical().contains("\"type\":\"Muon\""), muon.canonical());
    assertEquals(muon, Run.parse(muon.canonical(), "spec.json"));
    UserException refused =
        assertThrows(
            UserException.class,
            () -> Ladder.parse(Ladder.text("optimizer: {", "optimizer: {type: Moun, ")).runs());
    assertTrue(
        refused.getMessage().endsWith("known: AdamW, Muon, Sgd; did you mean 'Muon'?"),
        refused.getMessage());
  }

  /** What is left out of a model changes no id, and what is given does. */
  @Test
  void optionsOfAModelMayBeLeftOut() {
    String first = Ladder.read().runs().getFirst().id();
    assertEquals(first, Ladder.read("base.model.zLoss=null").runs().getFirst().id());
    for (String option : List.of("zLoss=1e-4", "muP={baseWidth: 16}")) {
      Run run = Ladder.read("base.model." + option).runs().getFirst();
      assertNotEquals(first, run.id());
      assertEquals(run, Run.parse(run.canonical(), "spec.json"));
    }
  }

  @Test
  void float32IsWhatARunIsWithoutPrecision() {
    assertEquals(Ladder.read().runs(), Ladder.read("base.precision=float32").runs());
    Run half = Ladder.read("base.precision=bf16").runs().getFirst();
    assertNotEquals(Ladder.read().runs().getFirst().id(), half.id());
    assertTrue(half.canonical().contains("\"precision\":\"bf16\""));
    assertEquals(half, Run.parse(half.canonical(), "spec.json"));
    UserException refused =
        assertThrows(UserException.class, () -> Ladder.read("base.precision=fp16").runs());
    assertTrue(refused.getMessage().contains("bf16"), refused.getMessage());
    assertTrue(refused.getMessage().contains("float32"), refused.getMessage());
  }

  /** It changes the bits, so it is part of the id; the whole batch at once is what a run is. */
  @Test
  void aMicroBatchIsPartOfTheId() {
    assertEquals(Ladder.read().runs(), Ladder.read("base.microBatch=4").runs());
    Run inPasses = Ladder.read("base.microBatch=2").runs().getFirst();
    assertNotEquals(Ladder.read().runs().getFirst().id(), inPasses.id());
    assertTrue(inPasses.canonical().contains("\"microBatch\":2"));
    assertEquals(inPasses, Run.parse(inPasses.canonical(), "spec.json"));
  }

  /** As many of them tell no more than one: an interval that counted them apart would be a lie. */
  @Test
  void runsThatDifferByRoundingShareTheirNoise() {
    String[] branches = {
      "base.schedule={type: WarmupStableDecay, warmupTokens: 10000, decayFraction: 0.2,"
          + " finalFraction: 0}",
      "rules=[{type: LearningRateBySize, params: 25000, rate: 5e-3, exponent: -0.35}]"
    };
    for (String[] schedule : new String[][] {{}, branches}) {
      List<Run> exact = Ladder.read(schedule).runs();
      for (String rounding : List.of("base.precision=bf16", "base.microBatch=2")) {
        List<String> settings = new ArrayList<>(List.of(schedule));
        settings.add(rounding);
        List<Run> rounded = Ladder.read(settings.toArray(String[]::new)).runs();
        for (int i = 0; i < exact.size(); i++) {
          assertNotEquals(exact.get(i).id(), rounded.get(i).id());
          assertEquals(exact.get(i).cluster(), rounded.get(i).cluster());
          assertEquals(schedule.length == 0, exact.get(i).cluster().equals(exact.get(i).id()));
        }
      }
    }
  }
}
