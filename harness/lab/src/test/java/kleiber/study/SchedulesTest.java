package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.laws.LearningRates;
import kleiber.laws.MultiPower;
import kleiber.observe.Analysis;
import kleiber.report.Report;
import kleiber.train.Constant;
import kleiber.train.Cosine;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules whose losses follow a known law of the learning rates, or none. */
final class SchedulesTest {
  private static final MultiPower LAW = new MultiPower();
  private static final double[] THETA = {1.5, 1.2, 0.4, 120, 0.1, 0.5, 0.5};
  private static final String YAML =
      """
      name: made
      question: What do schedules cost?
      base:
        corpus: {type: StandInCorpus, vocabulary: 256}
        context: 64
        batch: 8
        repeat: false
        model: {type: Gpt, width: 32, depth: 2, heads: 2, position: learned, norm: layer, activation: gelu, tiedHead: true, qkNorm: false, biases: true}
        optimizer: {learningRate: 4e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1}
        checkpoints: {first: 65536, ratio: 1.4142}
        heldOut:
          text: {tokens: 65536}
        average: {decay: 0.99, every: 8}
      grid:
        - {schedule: [{type: Constant, warmupTokens: 52224}], tokens: [1048576], seed: [1, 2]}
        - schedule:
            - {type: Cosine, warmupTokens: 52224, finalFraction: 0}
            - {type: WarmupStableDecay, warmupTokens: 52224, decayFraction: 0.2, finalFraction: 0}
          tokens: [262144, 524288, 1048576]
          seed: [1, 2]
      fit:
        law: {type: SaturatingPowerLaw, x: tokens}
        objective: {type: Huber, delta: 1e-3}
        heldOut: text
        checkpoints: annealed
        params: non-embedding
        flops: exact
        holdOut: {flopsAbove: 2e11}
        bootstrap: 50
        confidence: 0.9
      studies:
        - {type: Schedules}
      """;
  private static final Experiment EXPERIMENT = Experiments.parse(YAML);

  @TempDir private Path folder;

  /** Equal wherever two runs have trained alike, as the losses of branches on a trunk are. */
  private static double noise(Run run, LearningRates history) {
    long place = Math.round(1e6 * history.area()) + 7919 * run.spec().seed();
    return Math.exp(0.001 * new SplittableRandom(place).nextGaussian());
  }

  private static double truth(Run run, long step) {
    return LAW.loss(RateHistory.of(run.spec()).until(step), THETA);
  }

  private static double made(Run run, long step, String name) {
    LearningRates history = RateHistory.of(run.spec()).until(step);
    double averaged = name.endsWith(".average") ? 0.03 * run.spec().fractionOfPeak(step) : 0;
    return LAW.loss(history, THETA) * noise(run, history) - averaged;
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().getFirst();
  }

  @Test
  void aLawOfTheLearningRatesIsRecoveredAndForetellsEachScheduleFromTheOthers() throws IOException {
    Analysis analysis = MadeLosses.curves(EXPERIMENT, SchedulesTest::made);
    StudyResult study = study(analysis);
    for (String kind : new String[] {"Constant", "Cosine", "WarmupStableDecay"}) {
      double error = study.numbers().get("multi-power law's error at the ends of " + kind).value();
      assertTrue(error < 0.02, kind + ": " + error + " " + study.tables());
    }
    assertTrue(
        study.numbers().get("multi-power law less power law at the ends of Constant").high() < 0,
        study.sentences()::toString);
    assertEquals(0.2, study.numbers().get("FLOPs saved by trunks").value(), 0.15);
    double apart = 0;
    for (long steps : new long[] {512, 1024, 2048}) {
      Run cosine = run(Cosine.class, 512 * steps);
      apart += (truth(run(Constant.class, 1_048_576), steps) - truth(cosine, steps)) / 3;
    }
    double found = study.numbers().get("constant rate less cosine").value();
    assertEquals(apart, found, 0.003);
    double average =
        study.numbers().get("averaged weights of the constant rate less decay branch").value();
    double raw = study.numbers().get("constant rate less decay branch").value();
    assertEquals(raw - 0.03, average, 1e-6);
    Report.write(folder, analysis);
    assertTrue(Files.exists(folder.resolve("figures/schedules-foretold.svg")));
  }

  /** Branches that lie where no law of the learning rates puts them. */
  @Test
  void schedulesThatFollowNoSuchLawAreSaidNotTo() {
    StudyResult study =
        study(
            MadeLosses.curves(
                only(run -> run.spec().seed() == 1),
                (run, step, name) ->
                    made(run, step, name) + (run.spec().schedule() instanceof Cosine ? 0.2 : 0)));
    double error = study.numbers().get("multi-power law's error at the ends of Cosine").value();
    assertTrue(error > 0.04, study.sentences()::toString);
  }

  @Test
  void withoutOtherSchedulesThereIsNothingToForetell() {
    Experiment two = only(run -> !(run.spec().schedule() instanceof Constant));
    StudyResult study = study(MadeLosses.curves(two, SchedulesTest::made));
    assertTrue(study.sentences().getFirst().startsWith("At equal length"));
    assertTrue(
        study.notes().stream().anyMatch(note -> note.startsWith("No schedule is foretold")),
        study.notes()::toString);
    assertFalse(study.numbers().isEmpty());
  }

  @Test
  void runsThatCannotBeComparedLeaveAReportThatSaysSo() throws IOException {
    Experiment apart =
        only(
            run ->
                !(run.spec().schedule() instanceof Constant)
                    && run.spec().tokens()
                        == (run.spec().schedule() instanceof Cosine ? 262144 : 524288));
    Analysis analysis = MadeLosses.curves(apart, SchedulesTest::made);
    assertEquals(
        "It cannot be said from the runs that are done.", study(analysis).sentences().getFirst());
    assertEquals(
        "Not compared: decay branch less cosine; no two losses of one length and seed are there.",
        study(analysis).notes().getFirst());
    Report.write(folder, analysis);
    assertTrue(Files.exists(folder.resolve("report.md")));
  }

  @Test
  void anyTwoTypesAreCompared() {
    Experiment two =
        Experiments.parse(
            YAML.replaceFirst(" *- \\{schedule: \\[\\{type: Constant.*\n", "")
                .replaceFirst(
                    "\\{type: WarmupStableDecay.*?\\}",
                    "{type: Linear, warmupTokens: 52224, finalFraction: 0}"));
    StudyResult study =
        study(
            MadeLosses.curves(
                two,
                (run, step, name) ->
                    3 + (run.spec().schedule() instanceof Cosine ? 0 : 0.25) + 1.0 / step));
    assertEquals(0.25, study.numbers().get("linear less cosine").value(), 1e-12);
    assertTrue(
        study.sentences().getFirst().startsWith("At equal length"), study.sentences()::toString);
  }

  @Test
  void theAnswerStaysFirstWhereTheRestCannotBeSaid() {
    StudyResult half = new StudyDraft().sentence("So it is.").result("made", "Made", "no runs");
    assertEquals(List.of("So it is.", "The rest cannot be said: no runs."), half.sentences());
    assertEquals(
        List.of("It cannot be said: no runs."),
        new StudyDraft().result("made", "Made", "no runs").sentences());
  }

  private static Experiment only(Predicate<Run> which) {
    return new Experiment(
        "made",
        "?",
        EXPERIMENT.runs().stream().filter(which).toList(),
        EXPERIMENT.fit(),
        EXPERIMENT.studies(),
        EXPERIMENT.text());
  }

  private static Run run(Class<?> schedule, long tokens) {
    return EXPERIMENT.runs().stream()
        .filter(run -> schedule.isInstance(run.spec().schedule()))
        .filter(run -> run.spec().tokens() == tokens)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void historiesAreThoseOfEverySingleStep() {
    for (Run run : EXPERIMENT.runs()) {
      TrainingSpec spec = run.spec();
      LearningRates history = RateHistory.of(spec);
      double area = 0;
      double peak = spec.optimizer().learningRate();
      for (long step = 1; step <= spec.steps(); step++) {
        area += peak * spec.fractionOfPeak(step);
        if (step % 100 == 0 || step == spec.steps()) {
          assertEquals(area, history.until(step).area(), peak * (0.5 + 2e-4 * step), "" + step);
        }
      }
    }
  }
}
