package kleiber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Ten trainings on a little made-up text, done in a second or two. */
final class TinyExperiment {
  private static final List<String> WORDS =
      List.of("law ", "loss ", "scale ", "token ", "model ", "small ", "large ", "fit ");

  private TinyExperiment() {}

  /** Writes text and experiment into a folder; returns the experiment's file. */
  static Path write(Path folder) throws IOException {
    Random random = new Random(1);
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int file = 0; file < 40; file++) {
      StringBuilder words = new StringBuilder();
      while (words.length() < 1000) {
        words.append(WORDS.get(random.nextInt(WORDS.size())));
      }
      Files.writeString(text.resolve(file + ".txt"), words);
    }
    Path yaml = folder.resolve("tiny.yaml");
    try (var in = TinyExperiment.class.getResourceAsStream("tiny.yaml")) {
      Files.writeString(
          yaml, new String(in.readAllBytes()).replace("TEXT", "'" + text + "'"));
    }
    return yaml;
  }
}
