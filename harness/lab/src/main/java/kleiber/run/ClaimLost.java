package kleiber.run;

import java.io.IOException;
import kleiber.experiment.Run;

/** What was written of a run is published by no one: another process trains it, or has. */
final class ClaimLost extends IOException {
  private static final long serialVersionUID = 1;

  ClaimLost(Run run) {
    super("another process has taken over run " + run.id());
  }
}
