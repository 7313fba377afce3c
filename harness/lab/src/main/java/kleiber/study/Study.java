package kleiber.study;

import kleiber.experiment.StudyPlan;
import kleiber.observe.Analysis;

/**
 * Answers a question of an experiment's results that its law does not. One class per kind of {@link
 * StudyPlan}, in this package, with a constructor that takes nothing; the package is the registry.
 */
public interface Study<P extends StudyPlan> {
  /** Whose settings it takes. */
  Class<P> plan();

  /** What a reader calls it: the heading of its section. */
  String title();

  /**
   * Writes what the results say, the answer first.
   *
   * @throws IllegalArgumentException when they cannot say it; the message says what is missing, and
   *     what was written by then stands
   */
  void write(P plan, Analysis analysis, StudyDraft draft);
}
