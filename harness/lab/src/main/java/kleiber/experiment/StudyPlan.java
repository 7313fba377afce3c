package kleiber.experiment;

/**
 * Settings of a study: what an experiment's own results are asked beside its law. A study decides
 * nothing that is trained, so it can be added when the runs are done. One record per study, in this
 * package; the package is the registry. {@code kleiber.study} computes what they ask for.
 */
public interface StudyPlan {
  /**
   * Refuses a grid that cannot answer the question whatever its losses, before it is paid for. Not
   * asked of runs that are done.
   *
   * @throws IllegalArgumentException when it cannot; the message says what is missing
   */
  default void check(PlannedGrid grid) {}

  /** What files and reports call it: the type in the YAML. */
  default String name() {
    return getClass().getSimpleName();
  }
}
