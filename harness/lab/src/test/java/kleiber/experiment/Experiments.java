package kleiber.experiment;

import java.util.List;

/** Experiments out of texts, for tests of other rooms. */
public final class Experiments {
  private Experiments() {}

  /** Reads a text as if it were a file to be trained. */
  public static Experiment parse(String text) {
    return ExperimentReader.parseToTrain(text, "made.yaml", List.of());
  }
}
