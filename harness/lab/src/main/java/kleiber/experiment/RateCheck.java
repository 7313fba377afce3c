package kleiber.experiment;

/**
 * Whether a rule gave the learning rate that the runs want: probes at other rates beside runs at
 * the rule's, and the vertex of the losses between them.
 */
public record RateCheck() implements StudyPlan {
  @Override
  public void check(PlannedGrid grid) {
    if (grid.runs().stream().noneMatch(Run::probe)) {
      throw new IllegalArgumentException(
          "it reads probes at other learning rates than the rule's, and the file has no probes");
    }
  }
}
