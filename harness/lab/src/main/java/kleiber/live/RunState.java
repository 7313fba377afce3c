package kleiber.live;

import kleiber.run.RunSummary;

/** How far a run has come, for those who look on. */
public enum RunState {
  DONE,
  DIVERGED,
  FAILED,
  RUNNING,
  /** Begun, and left by whoever trained it: the next start goes on from what it kept. */
  INTERRUPTED,
  MISSING;

  /** The state of a run at a glance. */
  public static RunState of(RunSummary run) {
    if (run.running()) {
      return RUNNING;
    }
    return run.begun() ? INTERRUPTED : valueOf(run.state().name());
  }

  /** Whether nothing of the run is left to do at this start. */
  public boolean isEnd() {
    return this == DONE || this == DIVERGED || this == FAILED;
  }
}
