package kleiber.experiment;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A question, the trainings that answer it, and how their losses become the answer.
 *
 * @param name of the experiment and its results folder
 * @param question in a sentence
 * @param runs every cell of the grid, then every probe, distinct, in the order of the file
 * @param fit how the losses are read
 * @param studies what the results are asked beside the law
 * @param text a file that reads to this experiment
 */
public record Experiment(
    String name,
    String question,
    List<Run> runs,
    FitPlan fit,
    List<StudyPlan> studies,
    String text) {
  public Experiment {
    runs = List.copyOf(runs);
    studies = List.copyOf(studies);
  }

  /** Without studies. */
  public Experiment(String name, String question, List<Run> runs, FitPlan fit, String text) {
    this(name, question, runs, fit, List.of(), text);
  }

  /** The cells of the grid: what the law is fitted to or checked by. */
  public List<Run> grid() {
    return runs.stream().filter(run -> !run.probe()).toList();
  }

  /**
   * Reads an experiment file.
   *
   * @param overrides changes to it, {@code path=value}, such as {@code base.tokens=1e6}
   * @throws UserException when the file or a change is wrong; says where, what was given and what
   *     there is to choose from
   */
  public static Experiment read(Path file, List<String> overrides) {
    return ExperimentReader.read(file, overrides);
  }

  /**
   * The same of a file whose runs are about to be paid for: refused also when they could not answer
   * what it asks, whatever their losses. A folder of results is read without that, since part of an
   * answer is better than none.
   *
   * @throws UserException as {@link #read}, and when the law or a study asks for runs that the grid
   *     does not have; the message says which
   */
  public static Experiment readToTrain(Path file, List<String> overrides) {
    return ExperimentReader.readToTrain(file, overrides);
  }

  /**
   * This experiment with some of its runs alone, one block of the grid for each.
   *
   * @param ids of the runs; those that the fit leaves out by name stay too
   */
  public Experiment only(Set<String> ids) {
    return ExperimentReader.only(text, name, ids);
  }
}
