package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of a grid that it cannot answer, whatever its losses. */
class StudyChecksTest {
  private static final String FOUR_RUNS =
      "grid=[{model: [{depth: 2, width: 16, heads: 2}, {depth: 2, width: 48, heads: 3}], tokens:"
          + " [131072, 1048576]}]";

  private static Path file(String name) {
    return Path.of(System.getProperty("kleiber.home"), "experiments", name + ".yaml");
  }

  /** Refused when it is to be trained, and read when it was. */
  private static String refusal(String name, String... changes) {
    List<String> settings = List.of(changes);
    assertTrue(Experiment.read(file(name), settings).runs().size() > 1, "a folder is read");
    return assertThrows(
            UserException.class, () -> Experiment.readToTrain(file(name), settings), name)
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Checkpoints | it takes two seeds, each with more small runs than Chinchilla has",
        "ComputeAllocation | it takes 3 budgets, each of three sizes or more",
        "Schedules | it takes two types of schedule, all other settings alike",
        "SeedCoverage | how often intervals hold takes at least 3 seeds",
        "HyperparameterLaw | it takes 3 learning rates at one size and length",
        "WidthTransfer | it takes 3 values of model.width",
        "RateCheck | the file has no probes"
      })
  void theQuickstartCannotAnswer(String study, String sentence) {
    String refusal = refusal("quickstart", "studies=[{type: " + study + "}]");
    assertTrue(refusal.contains("studies: " + study + ": "), refusal);
    assertTrue(refusal.contains(sentence), refusal);
  }

  @Test
  void aContestTakesRunsForEachOfItsParts() {
    String laws = "studies=[{type: Laws, laws: [{type: Chinchilla}]}]";
    String few = refusal("quickstart", laws, FOUR_RUNS, "fit.holdOut.flopsAbove=1e11");
    assertTrue(few.contains("at least 5, but there are 4"), few);
    assertEquals(
        1, Experiment.readToTrain(file("quickstart"), List.of(laws)).studies().size(), "enough");
  }

  @Test
  void allCheckpointsAreMoreThanTheLast() {
    String last = refusal("nd-grid", "base.checkpoints={first: 1e12, ratio: 2}");
    assertTrue(last.contains("no run has a checkpoint between its warm-up and its end"), last);
  }

  @Test
  void schedulesAreComparedAtAnEqualLength() {
    String schedules = "studies=[{type: Schedules}]";
    String cosine = "schedule: [{type: Cosine, finalFraction: 0.1}], tokens: [131072, 524288]";
    String linear = "schedule: [{type: Linear, finalFraction: 0.1}], tokens: [262144]";
    String shape = "model: [{depth: 2, width: 16, heads: 2}]";
    String boundary = "fit.holdOut.flopsAbove=1.5e10";
    String apart = refusal("quickstart", schedules, grid(shape, cosine, linear), boundary);
    assertTrue(apart.contains("at an equal number of tokens and an equal seed"), apart);
    String equal = linear.replace("262144", "524288");
    List<String> settings = List.of(schedules, grid(shape, cosine, equal), boundary);
    assertEquals(3, Experiment.readToTrain(file("quickstart"), settings).runs().size());
  }

  @Test
  void aLawOfStreamsTakesSizesAndStreams() {
    String one =
        refusal(
            "parallel-streams",
            "grid.0.model.streams=[2]",
            "grid.1.model.streams=[2]",
            "fit.holdOut.flopsAbove=5e12");
    assertTrue(
        one.contains(
            "fit.law: ParallelScaling takes at least 2 values of streams (parallel streams P) among"
                + " the runs that it is fitted to, but they have 1"),
        one);
    String two =
        refusal("parallel-streams", "grid.0.model.width=[48, 64]", "grid.1.model.streams=[4]");
    assertTrue(two.contains("at least 3 values of params (parameters)"), two);
  }

  /** Heads divide a width and add no parameter: two models, one size. */
  @Test
  void ratesAreCountedAtASizeAndNotAtAModel() {
    String grid =
        """
        grid:
          - {model.heads: [1], optimizer.learningRate: [1e-3]}
          - {model.heads: [2], optimizer.learningRate: [2e-3%s]}
          - {model.width: [64], optimizer.learningRate: [1e-3]}

        fit:\
        """;
    String ladder =
        Ladder.text(
            "  - {type: LearningRateBySize, params: 1e4, rate: 3e-3, exponent: -0.3}\n", "");
    String text = ladder.replaceFirst("(?s)grid:.*fit:", grid).replace("1e11}", "2e10}");
    String asked = text + "studies: [{type: HyperparameterLaw}]\n";
    assertEquals(4, Ladder.parse(asked.formatted(", 4e-3")).runs().size());
    String refusal =
        assertThrows(UserException.class, () -> Ladder.parse(asked.formatted(""))).getMessage();
    assertTrue(refusal.contains("at one size and length; the grid has at most 2"), refusal);
  }

  private static String grid(String shape, String... schedules) {
    return Stream.of(schedules)
        .map(schedule -> "{" + shape + ", " + schedule + "}")
        .collect(Collectors.joining(", ", "grid=[", "]"));
  }
}
