package kleiber.run;

import java.util.List;
import java.util.Optional;
import kleiber.experiment.Run;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;

/**
 * A run as its folder tells it.
 *
 * @param reason why it is not DONE; for MISSING only when something is stored that cannot be read
 * @param facts known once its corpus was opened
 * @param checkpoints rows of the log; those before a divergence stand
 * @param seconds of training, evaluations included, its share when it trained in a cohort; NaN when
 *     nothing was run
 */
public record StoredRun(
    Run run,
    State state,
    Optional<String> reason,
    Optional<Facts> facts,
    List<Checkpoint> checkpoints,
    double seconds) {
  /** How far a run has come. */
  public enum State {
    /** Trained to its last token. */
    DONE,
    /** Ended early because a loss was not finite. */
    DIVERGED,
    /** Ended early by an error; tried again at the next start. */
    FAILED,
    /** Not yet run, or interrupted. */
    MISSING;

    /** Whether nothing of the run is left to do. */
    public boolean isFinal() {
      return this == DONE || this == DIVERGED;
    }
  }

  public StoredRun {
    checkpoints = List.copyOf(checkpoints);
  }
}
