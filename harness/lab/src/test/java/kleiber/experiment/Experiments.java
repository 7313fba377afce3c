package kleiber.experiment;

import java.util.List;

/** Experiments out of texts, for tests of other rooms. */
public final class Experiments {
  private Experiments() {}

  /** Reads a text as if it were a file. */
  public static Experiment parse(String text) {
    return ExperimentReader.parse(text, "made.yaml", List.of());
  }
}
