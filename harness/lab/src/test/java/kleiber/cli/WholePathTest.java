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
  void writeExperiment() throws IOException {
    TinyExperiment.write(folder);
  }

  @Test
  void fromAFileToACheckedExtrapolation() throws IOException {
    Path results = folder.resolve("results");
    assertEquals(0, kleiber("run", "tiny.yaml", "--out", results.toString()), err.toString());
    assertTrue(out.toString().contains("10 to train"), out.toString());
    assertTrue(out.toString().contains("foretold"), out.toString());
    for (String file : List.of("report.html", "observations.csv", "experiment.yaml")) {
      assertTrue(Files.size(results.resolve(file)) > 0, file);
    }

    String spec = specsAndLogs(results);
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("run", "tiny.yaml", "--out", results.toString()));
    assertTrue(out.toString().contains("nothing to train"), out.toString());
    assertEquals(spec, specsAndLogs(results), "a finished run was touched");

    assertEquals(0, kleiber("report", results.toString()), err.toString());
    Path fit = results.resolve("fits/Chinchilla.json");
    String written = Files.readString(fit);
    assertEquals(0, kleiber("fit", results.toString(), "--set", "fit.params=non-embedding"));
    assertTrue(out.toString().contains("not written"), out.toString());
    assertEquals(written, Files.readString(fit), "the report speaks of another fit");
    out.getBuffer().setLength(0);
    Path json = folder.resolve("table.json");
    assertEquals(
        0,
        kleiber(
            "fit",
            results.toString(),
            "--law",
            "PowerLaw",
            "--where",
            "params > 1",
            "--json",
            json.toString()),
        err.toString());
    assertTrue(out.toString().contains("Fitted without what reaches beyond C"), out.toString());
    assertEquals(written, Files.readString(fit), "a fit of another law is no fit of the plan");
    assertEquals(0, kleiber("predict", json.toString(), "--params", "1e5", "--tokens", "1e5"));
    Path parquet = folder.resolve("observations.parquet");
    assertEquals(
        0, kleiber("report", results.toString(), "--parquet", parquet.toString()), err.toString());
    out.getBuffer().setLength(0);
    assertEquals(
        0,
        kleiber("fit", parquet.toString(), "--law", "PowerLaw", "--where", "use != left-out"),
        err.toString());
    assertTrue(out.toString().contains("PowerLaw"), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("predict", fit.toString(), "--params", "1e5", "--tokens", "1e5"));
    assertTrue(out.toString().contains("nats per token"), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, kleiber("plan", "tiny.yaml", "--out", results.toString()));
    assertTrue(out.toString().contains("0.00e+00 still to train"), out.toString());
  }

  @Test
  void aRunThatDivergesIsARowWithAReasonAndTheGridGoesOn() throws IOException {
    Path results = folder.resolve("results");
    assertEquals(
        0,
        kleiber(
            "run",
            "tiny.yaml",
            "--out",
            results.toString(),
            "--set",
            "base.optimizer.weightDecay=1e6"),
        err.toString());
    assertTrue(out.toString().contains("diverged: "), out.toString());
    assertTrue(out.toString().contains("[10/10]"), out.toString());
    assertTrue(Files.readString(results.resolve("report.html")).contains("diverged"));
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Path results = folder.resolve("results");
    assertEquals(0, kleiber("run", "tiny.yaml", "--out", results.toString(), "--dry-run"));
    assertFalse(Files.exists(results));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "run none.yaml                                  | there is no file",
        "run tiny.yaml --set base.model.widht=8         | unknown key 'widht'",
        "run tiny.yaml --set base.model.type=Gtp        | Gtp",
        "run tiny.yaml --set base.model.heads=3         | not divisible by heads 3",
        "run tiny.yaml --set base.context=100000 --set fit.holdOut.flopsAbove=2e12 | context",
        "run tiny.yaml --set base.corpus.path=nowhere   | nowhere",
        "run tiny.yaml --set base.heldOut.text.tokens=9e6 | held-out",
        "run tiny.yaml --devices abacus                 | known: auto",
        "run tiny.yaml --devices cuda:0                 | --devices cpu works",
        "run tiny.yaml --threads 0                      | --threads is 0",
        "plan tiny.yaml --set grid=[]                   | grid",
        "fit nowhere                                    | holds no results",
        "report nowhere                                 | holds no results",
        "predict nowhere.json --params 1 --tokens 1     | there is no file",
        "predict tiny.yaml --params 1 --tokens 1        | is not a fit",
        "predict tiny.yaml --params -1 --tokens 1       | must be positive",
        "predict tiny.yaml --params many --tokens 1     | many",
        "list planets                                   | known: families",
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
