package kleiber.experiment;

import java.util.List;

/**
 * Whether a rule gave the learning rate that the runs want: probes at other rates beside runs at
 * the rule's, and the vertex of the losses between them.
 */
public record RateCheck() implements StudyPlan {
  @Override
  public void check(List<Run> runs, FitPlan fit) {
    if (runs.stream().noneMatch(Run::probe)) {
      throw new IllegalArgumentException(
          "it reads probes at other learning rates than the rule's, and the file has no probes");
    }
  }
}
