package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What slows a start down is not loaded by commands that do without it: ND4J takes a second, native
 * libraries a tenth. Told by the log of a JVM of its own.
 */
class StartUpTest {
  @TempDir Path folder;

  @Test
  void onlyTheProcessThatTrainsLoadsNativeLibrariesAndOnlyItsOwnEngineLoadsNd4j() throws Exception {
    List<String> rehearsal = loadedBy(Rehearsal.class, folder.toString());
    assertEquals(List.of(), named(rehearsal, "org.nd4j."));
    assertTrue(
        named(rehearsal, "kleiber.run.RemoteWorker").size() > 0,
        "another process trains: is the log right?");
    assertEquals(List.of(), named(rehearsal, "org.bytedeco."));

    List<String> commands = loadedBy(WithoutTraining.class, folder.toString());
    assertTrue(named(commands, "kleiber.observe.").size() > 0, "fit reads: is the log right?");
    assertEquals(List.of(), named(commands, "org.nd4j."));
    assertEquals(List.of(), named(commands, "org.bytedeco."));
  }

  /** Every command that does not train, one after another. */
  static final class WithoutTraining {
    private WithoutTraining() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      String results = folder.resolve("results").toString();
      for (List<String> words :
          List.of(
              List.of("--version"),
              List.of("list"),
              List.of("plan", folder.resolve("rehearsal.yaml").toString(), "--out", results),
              List.of("fit", results),
              List.of("predict", results + "/fits/Chinchilla.json", "--params=1e5", "--tokens=1e6"),
              List.of("report", results),
              List.of("fit", results, "--law=PowerLaw", "--json=" + folder.resolve("fit.json")),
              List.of("fit", results + "/observations.csv", "--law=PowerLaw", "--bootstrap=0"),
              List.of("contest", results + "/observations.csv", "--law=Chinchilla"),
              List.of(
                  "predict",
                  folder.resolve("fit.json").toString(),
                  "--params=1e5",
                  "--tokens=1e6",
                  "--seal=" + folder.resolve("seals.jsonl")),
              List.of("verify", folder.resolve("seals.jsonl").toString(), "--results=" + results),
              List.of("reproduce", "--data=" + folder))) {
        int code = Kleiber.commandLine().execute(words.toArray(String[]::new));
        if (code != 0) {
          System.exit(code);
        }
      }
    }
  }

  /** Names of the classes that a program loads which ends well. */
  private List<String> loadedBy(Class<?> program, String argument)
      throws IOException, InterruptedException {
    Path log = folder.resolve(program.getSimpleName() + ".log");
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xlog:class+load:file=" + log + ":none",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            argument));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said.txt").toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> read(folder.resolve("said.txt")));
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line -> line.split(" ")[0]).toList();
    }
  }

  private static List<String> named(List<String> classes, String prefix) {
    return classes.stream().filter(name -> name.startsWith(prefix)).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
