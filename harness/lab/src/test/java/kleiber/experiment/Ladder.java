package kleiber.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The example experiment, whole or with one text replaced. */
public final class Ladder {
  /** What errors call it. */
  static final String SOURCE = "experiments/ladder.yaml";

  private Ladder() {}

  static String text() {
    try (InputStream in = Ladder.class.getResourceAsStream("/" + SOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text with one part replaced, which must be there. */
  static String text(String old, String replacement) {
    String text = text();
    if (!text.contains(old)) {
      throw new IllegalArgumentException("the ladder has no '" + old + "'");
    }
    return text.replace(old, replacement);
  }

  /** The experiment with overrides. */
  public static Experiment read(String... overrides) {
    return ExperimentReader.parseToTrain(text(), SOURCE, List.of(overrides));
  }

  static Experiment parse(String text) {
    return ExperimentReader.parseToTrain(text, SOURCE, List.of());
  }
}
