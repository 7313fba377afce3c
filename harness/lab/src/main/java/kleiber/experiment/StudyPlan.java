package kleiber.experiment;

import java.util.List;

/**
 * Settings of a study: what an experiment's own results are asked beside its law. A study decides
 * nothing that is trained, so it can be added when the runs are done. One record per study, in this
 * package; the package is the registry. {@code kleiber.study} computes what they ask for.
 */
public interface StudyPlan {
  /**
   * Refuses runs that cannot answer the question whatever their losses, before they are paid for.
   *
   * @param runs of the experiment, probes among them
   * @param fit which of them are of its own recipe
   * @throws IllegalArgumentException when they cannot; the message says what is missing
   */
  default void check(List<Run> runs, FitPlan fit) {}

  /** What files and reports call it: the type in the YAML. */
  default String name() {
    return getClass().getSimpleName();
  }
}
