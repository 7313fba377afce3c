package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kleiber.data.Corpus;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.run.GridCheck;
import kleiber.run.StoredRun;
import kleiber.train.Facts;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainers;

/** Where runs lie, known before they are trained. */
public final class PlannedScales {
  private final FitPlan plan;
  private final Vocabularies vocabularies = new Vocabularies();
  private final Map<Text, Long> uniqueTokens = new HashMap<>();

  /** What decides how many tokens are distinct. */
  private record Text(Corpus corpus, int context) {
    static Text of(Run run) {
      return new Text(run.spec().corpus(), run.spec().context());
    }
  }

  private PlannedScales(FitPlan plan) {
    this.plan = plan;
  }

  /**
   * Opens the corpora of runs that are still to be trained.
   *
   * @param plan whose conventions count N and C
   * @param corpora where tokenized text is kept
   * @throws kleiber.experiment.UserException when one cannot serve a run, as for a training
   */
  public static PlannedScales of(FitPlan plan, List<StoredRun> runs, Path corpora) {
    PlannedScales scales =
        opened(
            plan,
            runs.stream().filter(stored -> !stored.state().isFinal()).map(StoredRun::run).toList(),
            corpora);
    for (StoredRun stored : runs) {
      stored.facts().ifPresent(facts -> scales.note(stored.run(), facts));
    }
    return scales;
  }

  /** The same, of runs none of which is done. */
  static PlannedScales opened(FitPlan plan, List<Run> runs, Path corpora) {
    PlannedScales scales = new PlannedScales(plan);
    OpenCorpora opened = new OpenCorpora(corpora);
    try (Engine engine = new HostEngine(1)) {
      Map<String, Facts> facts =
          GridCheck.of(runs, family -> Trainers.of(family, engine, opened), () -> false);
      runs.forEach(run -> scales.note(run, facts.get(run.id())));
    }
    return scales;
  }

  /**
   * The same, of runs that see no token twice, whose corpora need not be here; of the others they
   * are opened.
   */
  public static PlannedScales ofUnique(FitPlan plan, List<StoredRun> runs, Path corpora) {
    return of(plan, runs.stream().filter(stored -> stored.run().spec().repeat()).toList(), corpora);
  }

  private void note(Run run, Facts facts) {
    uniqueTokens.put(Text.of(run), facts.uniqueTokens());
  }

  FitPlan plan() {
    return plan;
  }

  Vocabularies vocabularies() {
    return vocabularies;
  }

  /** Distinct tokens that a run could see. */
  long uniqueTokens(Run run) {
    return uniqueTokens.getOrDefault(Text.of(run), run.trainedTokens());
  }

  /** At the end of a run. */
  public Scale of(Run run) throws IOException {
    return of(run, run.trainedTokens());
  }

  /** After some tokens of a run. */
  Scale of(Run run, double tokens) throws IOException {
    int vocabulary = vocabularies.of(run.spec().corpus());
    ParameterCount parameters = run.parameters(vocabulary);
    Map<String, Double> further = new HashMap<>(run.spec().model().axes());
    further.put(Scale.UNIQUE_TOKENS, (double) uniqueTokens(run));
    further.put(Scale.SPARSITY, parameters.sparsity().orElse(0));
    return new Scale(
        parameters.under(plan.params()),
        tokens,
        plan.flops(run, vocabulary) * tokens / run.trainedTokens(),
        further);
  }

  List<Scale> of(List<Run> runs) throws IOException {
    List<Scale> scales = new ArrayList<>();
    for (Run run : runs) {
      scales.add(of(run));
    }
    return scales;
  }
}
