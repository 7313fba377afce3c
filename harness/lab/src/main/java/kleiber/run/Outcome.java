package kleiber.run;

import java.util.Optional;

/**
 * How a run ended: {@code outcome.json}.
 *
 * @param reason why it is not DONE
 * @param checkpoints rows of its log
 */
record Outcome(StoredRun.State state, Optional<String> reason, int checkpoints) {
  Outcome {
    if (state == StoredRun.State.MISSING) {
      throw new IllegalArgumentException("a run that is stored is not missing");
    }
  }
}
