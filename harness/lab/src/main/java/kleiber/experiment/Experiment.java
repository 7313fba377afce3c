package kleiber.experiment;

import java.util.List;

/**
 * A question, the trainings that answer it, and how their losses become the answer.
 *
 * @param name of the experiment and its results folder
 * @param question in a sentence
 * @param runs every cell of the grid, distinct, in the order of the file
 * @param fit how the losses are read
 */
public record Experiment(String name, String question, List<Run> runs, FitPlan fit) {
  public Experiment {
    runs = List.copyOf(runs);
  }
}
