package kleiber.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import picocli.CommandLine;

/**
 * The whole path in seconds, on made-up text: every verb once. The launcher runs it after a build
 * so that the JVM can keep what starting took (classes loaded and linked, what to compile) for the
 * starts that follow, of this program and of the process that trains.
 */
final class Rehearsal {
  private static final List<String> WORDS =
      List.of("law ", "loss ", "scale ", "token ", "model ", "small ", "large ", "fit ");
  private static final int FILES = 40;
  private static final int FILE_SIZE = 1000;

  private Rehearsal() {}

  /** Argument: a folder to work in, which is there and may be deleted afterwards. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    String experiment = writeExperiment(folder).toString();
    String results = folder.resolve("results").toString();
    perform("list");
    perform("plan", experiment, "--out", results);
    perform(
        "run",
        experiment,
        "--out",
        results,
        "--workers",
        "1",
        "--set",
        "base.model.position=learned",
        "--set",
        "base.model.norm=layer",
        "--set",
        "base.model.biases=true");
    perform("fit", results);
    perform("predict", results + "/fits/Chinchilla.json", "--params", "1e6", "--tokens", "2e7");
    perform("report", results);
    String table = results + "/observations.csv";
    perform("fit", table, "--law", "PowerLaw", "--json", folder.resolve("fit.json").toString());
    perform("contest", table, "--law", "Chinchilla");
    perform("reproduce", "--data", folder.toString());
  }

  private static void perform(String... words) {
    StringWriter said = new StringWriter();
    CommandLine commandLine = Kleiber.commandLine();
    commandLine.setOut(new PrintWriter(said)).setErr(new PrintWriter(said, true));
    int code = commandLine.execute(words);
    if (code != 0) {
      throw new IllegalStateException(
          String.join(" ", words) + " exited with " + code + ": " + said);
    }
  }

  /** Writes a small experiment and the text that it trains on. */
  static Path writeExperiment(Path folder) throws IOException {
    Random random = new Random(1);
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < FILES; file++) {
      StringBuilder words = new StringBuilder();
      while (words.length() < FILE_SIZE) {
        words.append(WORDS.get(random.nextInt(WORDS.size())));
      }
      Files.writeString(text.resolve(file + ".txt"), words);
    }
    try (InputStream yaml = Rehearsal.class.getResourceAsStream("rehearsal.yaml")) {
      String written = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      return Files.writeString(
          folder.resolve("rehearsal.yaml"), written.replace("TEXT", "'" + text + "'"));
    }
  }
}
