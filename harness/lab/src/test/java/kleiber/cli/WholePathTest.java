package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * The program as a user meets it: real trainings on a little text, verbs, sentences, exit codes.
 */
class WholePathTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    Rehearsal.writeExperiment(folder);
  }

  @Test
  void fromAFileToACheckedExtrapolation() throws IOException {
    Path results = folder.resolve("results");
    assertEquals(0, kleiber("run", "rehearsal.yaml", "--out", results.toString()), err.toString());
    assertTrue(out.toString().contains("10 to train"), out.toString());
    assertTrue(out.toString().contains("foretold"), out.toString());
    for (String file : List.of("report.html", "observations.csv", "experiment.yaml")) {
      assertTrue(Files.size(results.resolve(file)) > 0, file);
    }

    String spec = specsAndLogs(results);
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("run", "rehearsal.yaml", "--out", results.toString()));
    assertTrue(out.toString().contains("nothing to train"), out.toString());
    assertEquals(spec, specsAndLogs(results), "a finished run was touched");

    assertEquals(0, kleiber("report", results.toString()), err.toString());
    Path fit = results.resolve("fits/Chinchilla.json");
    String written = Files.readString(fit);
    assertEquals(0, kleiber("fit", results.toString(), "--set", "fit.params=non-embedding"));
    assertTrue(out.toString().contains("not written"), out.toString());
    assertEquals(written, Files.readString(fit), "the report speaks of another fit");
    fitOfAnotherLawIsNoFitOfThePlan(results, fit);
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("predict", fit.toString(), "--params", "1e5", "--tokens", "1e5"));
    assertTrue(out.toString().contains("nats per token"), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("plan", "rehearsal.yaml", "--out", results.toString()));
    assertTrue(out.toString().contains(", 0 still to train"), out.toString());
  }

  private void fitOfAnotherLawIsNoFitOfThePlan(Path results, Path fit) throws IOException {
    String written = Files.readString(fit);
    String json = folder.resolve("table.json").toString();
    out.getBuffer().setLength(0);
    String[] words = {
      "fit", results.toString(), "--law", "PowerLaw", "--where", "params > 1", "--json", json
    };
    assertEquals(0, kleiber(words), err.toString());
    assertTrue(out.toString().contains("Fitted without what reaches beyond C"), out.toString());
    assertEquals(written, Files.readString(fit));
    assertEquals(0, kleiber("predict", json, "--params", "1e5", "--tokens", "1e5"));
    String parquet = folder.resolve("observations.parquet").toString();
    assertEquals(0, kleiber("report", results.toString(), "--parquet", parquet), err.toString());
    assertEquals(
        0,
        kleiber("fit", parquet, "--law", "PowerLaw", "--where", "use != left-out"),
        err.toString());
  }

  @Test
  void aRunThatDivergesIsARowWithAReasonAndTheGridGoesOn() throws IOException {
    Path results = folder.resolve("results");
    Files.writeString(Files.createDirectories(results).resolve("experiment.yaml"), "name: first\n");
    assertEquals(
        0,
        kleiber(
            "run",
            "rehearsal.yaml",
            "--out",
            results.toString(),
            "--set",
            "base.optimizer.weightDecay=1e6"),
        err.toString());
    assertTrue(out.toString().contains(" held first: its runs stay"), out.toString());
    assertTrue(out.toString().contains("diverged: "), out.toString());
    assertTrue(out.toString().contains("[10/10]"), out.toString());
    assertTrue(Files.readString(results.resolve("report.html")).contains("diverged"));
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Path results = folder.resolve("results");
    assertEquals(0, kleiber("run", "rehearsal.yaml", "--out", results.toString(), "--dry-run"));
    assertFalse(Files.exists(results));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "run none.yaml                                  | there is no file",
        "run rehearsal.yaml --set base.model.widht=8         | unknown key 'widht'",
        "run rehearsal.yaml --set base.model.type=Gtp        | Gtp",
        "run rehearsal.yaml --set base.model.heads=3         | not divisible by heads 3",
        "run rehearsal.yaml --set base.context=100000 --set fit.holdOut.flopsAbove=2e12 | context",
        "run rehearsal.yaml --set base.corpus.path=nowhere   | nowhere",
        "run rehearsal.yaml --set base.heldOut.text.tokens=9e6 | held-out",
        "run rehearsal.yaml --dry-run --set base.heldOut.text.tokens=9e6 | held-out",
        "run rehearsal.yaml --devices cuda:x | names no card; expected cuda, cuda:0",
        "verify . | is a folder; expected the file",
        "run rehearsal.yaml --devices abacus                 | known: auto",
        "run rehearsal.yaml --devices cuda:0                 | --devices cpu works",
        "run rehearsal.yaml --threads 0                      | --threads is 0",
        "plan rehearsal.yaml --set grid=[]                   | grid",
        "fit nowhere                                    | holds no results",
        "report nowhere                                 | holds no results",
        "predict nowhere.json --params 1 --tokens 1     | there is no file",
        "predict rehearsal.yaml --params 1 --tokens 1        | is not a fit",
        "predict rehearsal.yaml --params -1 --tokens 1       | must be positive",
        "predict rehearsal.yaml --params many --tokens 1     | many",
        "list planets                                   | known: families",
        "bench XXL                                      | known: S, M, L, XL, tiny",
        "bench S s                                      | named twice",
        "bench S --rounds 0                             | --rounds is 0",
        "bench S --members 0                            | --members is 0",
        "bench S --threads 0                            | --threads is 0",
        "bench S --threads 100000                       | at most the cores",
        "bench S --devices abacus                       | known: auto",
        "bench S --json nowhere/x.json                  | a folder that exists",
        "jog                                            | Commands: run"
      })
  void aMistakeIsAnsweredWithASentenceAndExitCodeTwo(String command, String expected) {
    assertEquals(2, kleiber(command.split("\\s+")), out + "\n" + err);
    assertTrue(err.toString().contains(expected), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  /** Runs a command with the names of files taken in the test's folder. */
  private int kleiber(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (words[i].endsWith(".yaml") || words[i].startsWith("nowhere")) {
        words[i] = folder.resolve(words[i]).toString();
      }
    }
    if (words[0].equals("run") && !List.of(words).contains("--out")) {
      words =
          Stream.concat(Stream.of(words), Stream.of("--out", folder.resolve("out").toString()))
              .toArray(String[]::new);
    }
    CommandLine commandLine = Kleiber.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    return commandLine.execute(words);
  }

  private static String specsAndLogs(Path results) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(results.resolve("runs"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.append(file).append(Files.getLastModifiedTime(file)).append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
