package kleiber.train;

/** Asked between steps: whether to stop training now. */
@FunctionalInterface
public interface StopSignal {
  boolean stopped();

  /** Never stops. */
  StopSignal NEVER = () -> false;
}
