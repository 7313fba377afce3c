package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plan, design, choose and train on a little text. */
class PlanningTest {
  private static final String TARGET = "params=30000,tokens=60000";

  private final Program kleiber = new Program();
  @TempDir Path folder;
  private String experiment;
  private String results;

  @BeforeEach
  void write() throws IOException {
    experiment = Rehearsal.writeExperiment(folder).toString();
    results = folder.resolve("results").toString();
  }

  private int run(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("run", experiment, "--out", out, "--workers", "0", "--threads", "1"));
    words.addAll(List.of(more));
    return kleiber.run(words.toArray(String[]::new));
  }

  @Test
  void aPlanSaysWhatRunsTakeAndWhatTheyWouldTell() {
    assertEquals(
        0,
        kleiber.run("plan", experiment, "--out", results, "--price-per-hour=2", "--devices=naive"),
        kleiber.err());
    assertTrue(kleiber.out().contains("cohort"), kleiber.out());
    assertTrue(kleiber.out().contains("guessed at 1e10 FLOP/s"), kleiber.out());
    assertTrue(kleiber.out().contains("price: "), kleiber.out());
    assertTrue(kleiber.out().contains("runs fitted would foretell the run of"), kleiber.out());
    assertEquals(0, run(results), kleiber.err());
    String wider = "grid.1.tokens=[8192, 16384]";
    assertEquals(
        0, kleiber.run("plan", experiment, "--out", results, "--set", wider), kleiber.err());
    assertTrue(kleiber.out().contains("' as finished runs took in " + results), kleiber.out());
    assertTrue(kleiber.out().contains("Were Chinchilla’s law as fitted in "), kleiber.out());
    assertEquals(2, kleiber.run("plan", experiment, "--noise", "7"));
    assertTrue(kleiber.err().contains("--noise is '7' but must be a share"), kleiber.err());
    assertEquals(2, kleiber.run("plan", experiment, "--law", "Farseer", "--law-from", "x.json"));
    assertTrue(kleiber.err().contains("--law or --law-from, but not both"), kleiber.err());
    for (String[] wrong : new String[][] {{"--target", "params=1"}, {"--law-from", "no.json"}}) {
      assertEquals(2, kleiber.run("plan", experiment, wrong[0], wrong[1]));
      assertEquals("", kleiber.out(), "a mistake is told before anything else");
    }
  }

  @Test
  void whatTrainingWouldRefuseIsNotPlanned() {
    assertEquals(2, kleiber.run("plan", experiment, "--set", "base.heldOut.text.tokens=100000000"));
    assertTrue(kleiber.err().contains("held-out set text asks for 100000000"), kleiber.err());
    assertEquals(2, kleiber.run("plan", experiment, "--set", "grid.1.tokens=[1000000]"));
    assertTrue(kleiber.err().contains("unique training tokens"), kleiber.err());
  }

  @Test
  void noMoreRunsThanConstantsPromiseNothing() {
    String few = "grid.0.tokens=[4096]";
    assertEquals(0, kleiber.run("plan", experiment, "--out", results, "--set", few), kleiber.err());
    assertTrue(
        kleiber
            .out()
            .contains(
                "No interval can be promised: the 3 independent runs that would be fitted are no"
                    + " more than the 5 constants of Chinchilla’s law."),
        kleiber.out());
  }

  @Test
  void aFinishedGridHasNothingToTimeOrToPay() {
    assertEquals(0, run(results), kleiber.err());
    assertEquals(
        0,
        kleiber.run("plan", experiment, "--out", results, "--measure", "--price-per-hour", "2"),
        kleiber.err());
    assertTrue(kleiber.out().contains("nothing to time: every run is done"), kleiber.out());
    assertTrue(
        kleiber.out().contains("nothing is left to train, so there is no price to pay"),
        kleiber.out());
  }

  /** The command that designs a grid of tiny models for {@link #TARGET}. */
  private static String[] design(String file, String budget, String... more) {
    String[] words = {
      "plan",
      file,
      "--threads",
      "1",
      "--budget",
      budget,
      "--target",
      TARGET,
      "--sizes",
      "FixedAspect:4,4",
      "--set",
      "base.batch=1",
      "--set",
      "base.context=8"
    };
    return and(words, more);
  }

  @Test
  void aDesignedGridIsAnExperimentThatTrains() throws IOException {
    String written = folder.resolve("designed.yaml").toString();
    String[] words = design(experiment, "4s", "--out", results, "--write", written);
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(kleiber.out().contains("runs to fit and one to check them, ±"), kleiber.out());
    Experiment designed = Experiment.read(Path.of(written), List.of());
    assertTrue(designed.runs().size() > 6, designed.runs().size() + " runs");
    assertEquals("designed", designed.name(), "another folder than the one it was made of");
    assertTrue(kleiber.out().contains("guessed at 1e10 FLOP/s"), kleiber.out());
    assertFalse(kleiber.out().contains("the target lies inside"), kleiber.out());
    assertEquals(2, kleiber.run(words));
    assertTrue(kleiber.err().contains("is there already; name a new file"), kleiber.err());
    words[words.length - 1] = folder.resolve("inside.yaml").toString();
    String[] inside =
        Stream.of(words)
            .map(word -> word.equals(TARGET) ? "params=1000,tokens=4096" : word)
            .toArray(String[]::new);
    assertEquals(2, kleiber.run(inside));
    assertTrue(kleiber.err().contains("the target lies inside this grid"), kleiber.err());
    assertEquals(2, kleiber.run("plan", experiment, "--budget", "2s"));
    assertTrue(kleiber.err().contains("a grid is designed for a target"), kleiber.err());
    assertEquals(2, kleiber.run(design(experiment, "0.002s")));
    assertTrue(kleiber.err().contains("pays for too few runs"), kleiber.err());
  }

  @Test
  void aDesignLeavesShapesToTheRulesOfTheFile() throws IOException {
    String ruled =
        Files.readString(Path.of(experiment))
            .replace("depth: 1, heads: 1, ", "")
            .replace(
                "rules:\n",
                "rules:\n"
                    + "  - {type: DepthByWidth, columns: 4}\n"
                    + "  - {type: HeadsByWidth, columns: 4}\n");
    Path file = Files.writeString(folder.resolve("ruled.yaml"), ruled);
    Path written = folder.resolve("of-widths.yaml");
    String[] words = design(file.toString(), "4s", "--write", written.toString());
    assertEquals(0, kleiber.run(words), kleiber.err());
    String designed = Files.readString(written);
    assertTrue(designed.contains("{width: 8}"), designed);
    assertTrue(Experiment.read(written, List.of()).runs().size() > 6, designed);
  }

  /**
   * Seeds and switches in the grid, recipes that the fit chooses from, widths that a rule refuses.
   */
  @Test
  void aDesignKeepsWhatTheGridVariesBeside() throws IOException {
    String file =
        Files.readString(Path.of(experiment))
            .replace("depth: 1, heads: 1, ", "depth: 1, ")
            .replace("rules:\n", "rules:\n  - {type: HeadsByWidth, columns: 8}\n")
            .replaceFirst("\n *seed: 1\n", "\n");
    Path varied = Files.writeString(folder.resolve("varied.yaml"), file);
    Path written = folder.resolve("at-one-seed.yaml");
    String grid =
        "grid=[{model.norm: [rms], seed: [7, 8], model.width: [8, 16], tokens: [1024]},"
            + " {model.norm: [layer], seed: [3], model.width: [8, 16], tokens: [1024, 8192]}]";
    String[] words =
        design(
            varied.toString(),
            "4s",
            "--set=" + grid,
            "--set=fit.where={model.norm: layer}",
            "--set=fit.holdOut.flopsAbove=1e8",
            "--set=studies=[{type: Recipes, recipes: {one: {model.norm: layer}, other: {model.norm:"
                + " rms}}, baseline: one}]",
            "--write",
            written.toString());
    assertEquals(0, kleiber.run(words), kleiber.err());
    assertTrue(
        kleiber
            .out()
            .contains(
                "further axes stay as in the first cell of the file's grid that its fit reads:"
                    + " model.norm layer, seed 3"),
        kleiber.out());
    assertTrue(
        kleiber.out().contains("of the sizes are left out, which the file refuses"), kleiber.out());
    assertTrue(
        kleiber.out().contains("the file's studies and probes are of its own grid"), kleiber.out());
    Experiment designed = Experiment.read(written, List.of());
    assertEquals(List.of(), designed.studies());
    assertTrue(designed.runs().stream().allMatch(run -> run.spec().seed() == 3), "one seed");
    assertTrue(designed.runs().size() > 6, designed.runs().size() + " runs");
  }

  @Test
  void aDesignRefusesModelsThatShareKeys() {
    String[] words = {
      "plan", experiment, "--out", results, "--budget", "2s", "--target", "params=3e4,tokens=6e4"
    };
    assertEquals(
        2,
        kleiber.run(
            and(
                words,
                "--set=base.model.position=learned",
                "--set=base.model.heads=4",
                "--set=base.model.kvHeads=2")));
    assertTrue(
        kleiber.err().contains("model.kvHeads is 2, but a grid is designed of models of any"),
        kleiber.err());
  }

  @Test
  void aGridIsDesignedOfRunsThatItsLawCanRead() {
    String[] repeating = {"plan", experiment, "--budget", "0.001s", "--target", TARGET};
    assertEquals(2, kleiber.run(and(repeating, "--set", "base.repeat=true")));
    assertTrue(kleiber.err().contains("Chinchilla has no term for repetition"), kleiber.err());
    assertEquals(
        2,
        kleiber.run(
            and(
                repeating,
                "--set",
                "base.repeat=true",
                "--set",
                "fit.law={type: DataConstrained}")));
    assertTrue(kleiber.err().contains("pays for too few runs"), kleiber.err());
    assertEquals(
        2, kleiber.run("plan", experiment, "--budget", "1e10", "--target", "params=1,tokens=1"));
    assertTrue(kleiber.err().contains("--budget is 1e10, FLOPs; a grid is designed for a time"));
  }

  private static String[] and(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void whatIsChosenNextIsAnExperiment() throws IOException {
    Path written = folder.resolve("next.yaml");
    String[] next = {
      "next", experiment, "--out", results, "--budget", "3e8", "--write", written.toString()
    };
    assertEquals(0, kleiber.run(next), kleiber.err());
    Experiment whole = Experiment.read(Path.of(experiment), List.of());
    Experiment part = Experiment.read(written, List.of());
    assertTrue(whole.runs().containsAll(part.runs()), "runs keep their ids");
    assertTrue(part.runs().size() < whole.runs().size(), part.runs().size() + " runs");
    assertTrue(part.runs().contains(whole.runs().getLast()), "the one held out too");
    assertEquals(whole.fit(), part.fit());
    assertEquals(2, kleiber.run(next));
    assertTrue(kleiber.err().contains("is there already; name a new file"), kleiber.err());
  }

  /** As few runs as are paid for leave a law of streams with one value of an axis. */
  @Test
  void whatIsTooLittleToTrainByItselfIsSaidToBe() {
    for (String budget : List.of("1e8", "1e15")) {
      Path written = folder.resolve("next-" + budget + ".yaml");
      String[] next = {
        "next",
        experiment,
        "--out=" + results,
        "--budget=" + budget,
        "--write=" + written,
        "--set=base.model.type=ParallelStreams",
        "--set=base.model.prefix=2",
        "--set=fit.law={type: ParallelScaling}",
        "--set=grid=[{model.width: [4, 8, 16], model.streams: [1, 2], tokens: [4096]},"
            + " {model.width: [32], model.streams: [2], tokens: [8192]}]",
      };
      assertEquals(0, kleiber.run(next), kleiber.err());
      String said = kleiber.out();
      int code = kleiber.run("run", written.toString(), "--out=" + results, "--dry-run");
      assertEquals(budget.equals("1e8") ? 2 : 0, code, kleiber.err());
      String expected =
          code == 0 ? "; train it with ./kleiber run " : "; a larger --budget chooses more: ";
      assertTrue(said.contains("written: " + written), said);
      assertTrue(said.contains(expected), said);
    }
  }

  @Test
  void theSameRunsAreChosenByWhoGoesOn() throws IOException {
    String[] wider = {"--set", "grid.0.tokens=[1024, 2048, 4096, 8192]"};
    String[] adaptive = {
      "--adaptive", "--budget", "3e9", "--at-once", "2", wider[0], wider[1], "--cohort", "1"
    };
    assertEquals(0, run(results, adaptive), kleiber.err());
    assertTrue(kleiber.out().contains("chosen: "), kleiber.out());
    assertTrue(kleiber.out().contains("that would tell most of the target"), kleiber.out());
    assertTrue(
        kleiber.out().contains(" and bring its interval to ±"), "as the interval that is told");
    assertTrue(kleiber.out().contains("done choosing"), kleiber.out());
    Path log = Path.of(results, "choices.jsonl");
    List<String> choices = Files.readAllLines(log);
    Experiment whole = Experiment.read(Path.of(experiment), List.of(wider[1]));
    long done =
        new RunStore(Path.of(results))
            .load(whole).stream().filter(each -> each.state() == StoredRun.State.DONE).count();
    long heldOut =
        whole.runs().stream()
            .filter(each -> whole.fit().holdOut().holdsOut(each.flops(256)))
            .count();
    assertEquals(choices.size() + heldOut, done, "the chosen and those held out");
    assertTrue(done < whole.runs().size(), "some were left");
    assertTrue(choices.size() > 6, choices.size() + " chosen");

    // What a kill after the second round leaves: a third that was chosen, and half of a fourth.
    Path other = folder.resolve("other");
    Files.createDirectories(other.resolve("runs"));
    for (String choice : choices.subList(0, 4)) {
      String id = choice.replaceAll(".*\"run\":\"(\\w+)\".*", "$1");
      copy(Path.of(results, "runs", id), other.resolve("runs").resolve(id));
    }
    Path cut = other.resolve("choices.jsonl");
    Files.write(cut, choices.subList(0, 6));
    Files.writeString(cut, "{\"run\":\"abc", StandardOpenOption.APPEND);
    assertEquals(0, run(other.toString(), adaptive), kleiber.err());
    assertEquals(choices, Files.readAllLines(cut));
  }

  @Test
  void whatComesNextIsChosenAmongWhatIsLeft() {
    assertEquals(0, run(results), kleiber.err());
    String more = "grid.+={model.width: [24], tokens: [1024, 8192]}";
    assertEquals(
        0,
        kleiber.run("next", experiment, "--out", results, "--set", more, "--budget", "1e15"),
        kleiber.err());
    assertTrue(kleiber.out().contains("the interval at the target is ±"), kleiber.out());
    assertTrue(
        kleiber.out().contains("interval to expect")
            || kleiber.out().contains("no run of the grid"),
        kleiber.out());
    Path none = folder.resolve("none.yaml");
    String leaveOut = "fit.leaveOut={%s: a test}".formatted(firstRun());
    assertEquals(
        0,
        kleiber.run(
            "next",
            experiment,
            "--out",
            results,
            "--set",
            leaveOut,
            "--budget",
            "1h",
            "--write",
            none.toString()),
        kleiber.err());
    assertTrue(kleiber.out().contains("every run to fit is done"), kleiber.out());
    assertTrue(kleiber.out().contains("nothing is written to " + none), kleiber.out());
    assertFalse(Files.exists(none));
    assertEquals(2, run(results, "--budget", "1e9"));
    assertTrue(kleiber.err().contains("are for --adaptive, which is not given"), kleiber.err());
    assertEquals(2, run(results, "--adaptive"));
    assertTrue(kleiber.err().contains("give --budget 2h, --interval 1%"), kleiber.err());
  }

  private String firstRun() {
    return Experiment.read(Path.of(experiment), List.of()).runs().getFirst().id();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
