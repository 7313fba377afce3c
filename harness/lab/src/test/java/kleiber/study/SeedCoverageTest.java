package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.observe.Analysis;
import kleiber.observe.OracleComparison;
import org.junit.jupiter.api.Test;

/** The grids of entropy-coverage.yaml with losses of a known law, each seed a draw of its noise. */
final class SeedCoverageTest {
  private static final Path FILE =
      Path.of(System.getProperty("kleiber.home"), "experiments", "entropy-coverage.yaml");
  private static final double NOISE = 5e-4;

  private static Experiment experiment() {
    return Experiment.read(
        FILE,
        List.of(
            "fit.bootstrap=100",
            "base.corpus.draw.tokens=1e6",
            "base.corpus.draw.heldOut=7e4",
            "base.heldOut.chain.tokens=32768"));
  }

  private static double floor(Experiment experiment) {
    return OracleComparison.floor(experiment.grid().stream().limit(1), "chain").orElseThrow();
  }

  /** Chinchilla's form over the floor, steep enough to be told from twelve runs. */
  private static double law(Run run, double floor) {
    double n = run.parameters(80).hidden();
    return floor + 40 * Math.pow(n, -0.7) + 60 * Math.pow(run.trainedTokens(), -0.5);
  }

  private static double noise(Run run) {
    return Math.exp(NOISE * new SplittableRandom(31 * run.id().hashCode()).nextGaussian());
  }

  private static StudyResult study(Analysis analysis) {
    return Conclusions.of(analysis).studies().stream()
        .filter(study -> study.study().equals("SeedCoverage"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean holds(StudyResult.Number number, double value) {
    return new Interval(number.low(), number.high(), 0.9).holds(value);
  }

  @Test
  void underTheTrueLawIntervalsHoldWhatTheyPromise() {
    Experiment experiment = experiment();
    double floor = floor(experiment);
    StudyResult study =
        study(MadeLosses.curves(experiment, (run, _, _) -> law(run, floor) * noise(run)));
    String all = study.sentences() + " " + study.notes();
    assertTrue(holds(study.numbers().get("coverage of the loss foretold"), 0.9), all);
    assertTrue(holds(study.numbers().get("coverage of E"), 0.9), all);
    assertEquals(0, study.numbers().get("E less the floor").value(), 0.01, all);
    assertEquals(0, study.numbers().get("relative error of the loss foretold").value(), 2e-3, all);
    assertTrue(study.sentences().getFirst().contains("as they promise"), all);
    assertTrue(study.numbers().get("seeds whose E is verified").value() > 0, all);
    assertEquals(20, study.tables().getFirst().rows().size());
  }

  /** Larger models gain more from data, which the law's form denies. */
  @Test
  void underAWrongLawItSaysThatTheIntervalsDoNotHold() {
    Experiment experiment = experiment();
    double floor = floor(experiment);
    StudyResult study =
        study(
            MadeLosses.curves(
                experiment,
                (run, _, _) -> {
                  double n = run.parameters(80).hidden();
                  double excess =
                      4
                          * Math.pow(n, -0.2)
                          * Math.pow(run.trainedTokens() / 1e5, -0.06 * Math.log(n / 200));
                  return (floor + excess) * noise(run);
                }));
    StudyResult.Number bias = study.numbers().get("E less the floor");
    assertTrue(!holds(bias, 0), study.sentences()::toString);
    assertEquals(0, study.numbers().get("seeds whose E is verified").value());
  }

  @Test
  void oneSeedSaysNothingOfHowOften() {
    Experiment all = experiment();
    Experiment one =
        new Experiment(
            "one",
            "?",
            all.runs().stream().filter(run -> run.spec().seed() == 1).toList(),
            all.fit(),
            all.studies(),
            all.text());
    StudyResult study = study(MadeLosses.curves(one, (run, _, _) -> law(run, 2) * noise(run)));
    assertTrue(
        study.sentences().getFirst().startsWith("It cannot be said: seeds with runs enough"),
        study.sentences()::toString);
  }
}
