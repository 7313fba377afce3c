package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
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

  private static Experiment accepted(String name, String... changes) {
    return Experiment.readToTrain(file(name), List.of(changes));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Schedules | it takes two types of schedule, all other settings alike",
        "SeedCoverage | how often intervals hold takes at least 3 seeds",
        "HyperparameterLaw | it takes 3 learning rates at one size, length and batch",
        "WidthTransfer | it takes 3 values of model.width",
        "RateCheck | the file has no probes"
      })
  void theQuickstartCannotAnswer(String study, String sentence) {
    String refusal = refusal("quickstart", "studies=[{type: " + study + "}]");
    assertTrue(refusal.contains("studies: " + study + ": "), refusal);
    assertTrue(refusal.contains(sentence), refusal);
  }

  /** A grid of sizes and lengths has one seed and no budget, and answers both. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Checkpoints | it takes a seed with more small runs than Chinchilla has parameters",
        "ComputeAllocation | or 5 sizes; the grid has 3 runs of 2 sizes"
      })
  void aGridOfSizesAndLengthsAnswersUnlessItHasTooFew(String study, String sentence) {
    String studies = "studies=[{type: " + study + "}]";
    assertEquals(1, accepted("quickstart", studies).studies().size());
    String few = refusal("quickstart", studies, FOUR_RUNS, "fit.holdOut.flopsAbove=1e11");
    assertTrue(few.contains(sentence), few);
    assertTrue(
        few.endsWith(
            "; runs that are done are read by ./kleiber report and the folder of their results"),
        few);
  }

  /** Checkpoints of a run are of many lengths. */
  @Test
  void lengthsAreCountedWhereEndsAloneAreFitted() {
    String studies = "studies=[{type: ComputeAllocation}]";
    String oneLength = "grid.0.tokens=[262144]";
    String fewSizes =
        "grid.0.model=[{depth: 2, width: 16, heads: 2}, {depth: 2, width: 24, heads: 2}, {depth: 2,"
            + " width: 32, heads: 2}]";
    refusal("quickstart", studies, oneLength, fewSizes);
    accepted("quickstart", studies, oneLength, fewSizes, "fit.checkpoints=all-after-warmup");

    String[] mixture = {
      "base.model.type=MixtureOfExperts",
      "base.model.topK=1",
      "fit.law={type: ExpertSparsity}",
      oneLength,
      "grid.0.model=[{depth: 2, width: 16, heads: 2, experts: 2}, {depth: 2, width: 32, heads: 2,"
          + " experts: 4}]",
      "grid.1.model.0.experts=4"
    };
    String one = refusal("quickstart", mixture);
    assertTrue(one.contains("ExpertSparsity takes at least 2 values of tokens"), one);
    mixture = Arrays.copyOf(mixture, mixture.length + 1);
    mixture[mixture.length - 1] = "fit.checkpoints=all-after-warmup";
    accepted("quickstart", mixture);
  }

  @Test
  void intervalsAreOfSeedsThatForetellThemselves() {
    String coverage = "studies=[{type: SeedCoverage}]";
    String three = "grid.0.seed=[1, 2, 3]";
    accepted("quickstart", coverage, three, "grid.1.seed=[1, 2, 3]");
    String none = refusal("quickstart", coverage, three, "grid.1.seed=[1, 2]");
    assertTrue(none.contains("and a run held out; the grid has 2 such"), none);
    String few =
        refusal("quickstart", coverage, three, "grid.1.seed=[1, 2, 3]", "grid.0.tokens=[131072]");
    assertTrue(few.contains("more runs to fit than Chinchilla has parameters"), few);
    assertTrue(few.contains("the grid has 0 such"), few);
  }

  @Test
  void aRateIsCheckedByTwoOthersOfItsSeed() {
    String probes =
        "probes=[{model.width: [%s], model.streams: [1], rules.3.rate: [%s], seed: [%s]}]";
    accepted("parallel-streams", probes.formatted("16", "4.5e-3, 1.8e-2", "1"));
    for (String[] wrong :
        new String[][] {
          {"16", "4.5e-3", "1"}, {"16", "4.5e-3, 1.8e-2", "3"}, {"24", "4.5e-3, 1.8e-2", "1"}
        }) {
      String refusal = refusal("parallel-streams", probes.formatted((Object[]) wrong));
      assertTrue(refusal.contains("probes at two other learning rates of the same seed"), refusal);
    }
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
    assertEquals(
        3, accepted("quickstart", schedules, grid(shape, cosine, equal), boundary).runs().size());
    String third =
        "schedule: [{type: WarmupStableDecay, decayFraction: 0.2, finalFraction: 0}], tokens:"
            + " [393216]";
    accepted("quickstart", schedules, grid(shape, cosine, linear, third), boundary);
    String other =
        refusal(
            "quickstart", schedules, grid(shape, cosine, linear, third + ", seed: [2]"), boundary);
    assertTrue(other.contains("or three of one seed, to foretell each from the others"), other);
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
    String size =
        refusal("parallel-streams", "grid.0.model.width=[64]", "grid.1.model.streams=[4]");
    assertTrue(size.contains("at least 2 values of params (parameters)"), size);
    accepted("parallel-streams", "grid.0.model.width=[48, 64]", "grid.1.model.streams=[4]");
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
    assertTrue(refusal.contains("among the runs that are fitted; the grid has at most 2"), refusal);
  }

  /**
   * Three batches have a bowl over both; fewer are each for itself, and held-out rates for none.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{batch: [4], optimizer.learningRate: [1e-3, 2e-3]}, {batch: [8], optimizer.learningRate:"
            + " [4e-3]} | 2",
        "{batch: [4], optimizer.learningRate: [1e-3]}, {model: [{width: 64, depth: 4, heads: 4}],"
            + " optimizer.learningRate: [1e-3, 2e-3, 4e-3]} | 1",
        "{batch: [4], optimizer.learningRate: [1e-3, 2e-3]}, {batch: [8], optimizer.learningRate:"
            + " [2e-3, 4e-3]}, {batch: [16], optimizer.learningRate: [2e-3]} | 3",
      })
  void ratesAreCountedAtABatchOrOverThree(String blocks, int most) {
    String large = "{model: [{width: 64, depth: 4, heads: 4}], optimizer.learningRate: [8e-3]}";
    List<String> settings =
        List.of(
            "grid=[%s, %s]".formatted(blocks, large),
            "rules=[{type: WarmupFraction, fraction: 0.1}]",
            "base.tokens=131072",
            "fit.holdOut.flopsAbove=2e10",
            "studies=[{type: HyperparameterLaw}]");
    String[] words = settings.toArray(String[]::new);
    if (most >= HyperparameterLaw.LEAST_RATES) {
      assertEquals(6, Ladder.read(words).runs().size());
    } else {
      String refusal = assertThrows(UserException.class, () -> Ladder.read(words)).getMessage();
      assertTrue(refusal.contains("the grid has at most " + most), refusal);
    }
  }

  private static String grid(String shape, String... schedules) {
    return Stream.of(schedules)
        .map(schedule -> "{" + shape + ", " + schedule + "}")
        .collect(Collectors.joining(", ", "grid=[", "]"));
  }
}
