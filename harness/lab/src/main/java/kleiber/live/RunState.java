package kleiber.live;

import kleiber.run.RunSummary;

/** How far a run has come, for those who look on. */
public enum RunState {
  DONE,
  DIVERGED,
  FAILED,
  RUNNING,
  MISSING;

  /** The state of a run at a glance. */
  public static RunState of(RunSummary run) {
    return run.running() ? RUNNING : valueOf(run.state().name());
  }
}
