package kleiber.observe;

import kleiber.experiment.Experiment;
import kleiber.experiment.Run;

/** What losses are told in: nats for each token that a model predicts. */
public final class LossUnit {
  /** Where a model predicts every token from those before it. */
  public static final String PER_TOKEN = "nats per token";

  private static final String PER_MASKED_TOKEN = "nats per masked token";

  private LossUnit() {}

  /** That of the runs whose law an experiment asks for: a law is fitted to losses of one kind. */
  public static String of(Experiment experiment) {
    return experiment.runs().stream()
        .filter(experiment.fit().recipe()::matches)
        .findFirst()
        .map(LossUnit::of)
        .orElse(PER_TOKEN);
  }

  /** That of a run. */
  public static String of(Run run) {
    return run.spec().model().masking().isPresent() ? PER_MASKED_TOKEN : PER_TOKEN;
  }
}
