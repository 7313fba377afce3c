package kleiber.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.laws.Scale;

/**
 * Where runs lie, known before they are trained; no token is taken for seen twice.
 *
 * @param plan whose conventions count N and C
 */
record PlannedScales(FitPlan plan, Vocabularies vocabularies) {
  PlannedScales(FitPlan plan) {
    this(plan, new Vocabularies());
  }

  /** At the end of a run. */
  Scale of(Run run) throws IOException {
    return of(run, run.trainedTokens());
  }

  /** After some tokens of a run. */
  Scale of(Run run, double tokens) throws IOException {
    int vocabulary = vocabularies.of(run.spec().corpus());
    return new Scale(
        run.parameters(vocabulary).under(plan.params()),
        tokens,
        plan.flops(run, vocabulary) * tokens / run.trainedTokens(),
        Map.of(Scale.UNIQUE_TOKENS, (double) run.trainedTokens()));
  }

  List<Scale> of(List<Run> runs) throws IOException {
    List<Scale> scales = new ArrayList<>();
    for (Run run : runs) {
      scales.add(of(run));
    }
    return scales;
  }
}
