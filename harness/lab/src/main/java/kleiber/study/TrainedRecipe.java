package kleiber.study;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Recipes;
import kleiber.observe.Analysis;
import kleiber.observe.MeasuredRecipe;
import kleiber.observe.Observations;
import kleiber.run.StoredRun;
import kleiber.train.Constant;

/**
 * A recipe of an experiment and what its runs say, fitted alone and at its own best rates.
 *
 * @param constant its runs at a constant learning rate, where it has others too
 * @param law what its runs were fitted by, where they were
 */
record TrainedRecipe(
    Analysis analysis,
    TunedRecipe tuned,
    Optional<TunedRecipe> constant,
    Optional<MeasuredRecipe> law) {
  /** The recipe of a name; its runs stay in the experiment's order, as do the draws from them. */
  static TrainedRecipe of(String name, Recipes plan, Analysis whole) {
    List<StoredRun> runs =
        whole.runs().stream().filter(run -> plan.filter(name).matches(run.run())).toList();
    Predicate<StoredRun> constant = run -> run.run().spec().schedule() instanceof Constant;
    List<StoredRun> constantly = runs.stream().filter(constant).toList();
    List<StoredRun> others = runs.stream().filter(constant.negate()).toList();
    boolean both = !constantly.isEmpty() && !others.isEmpty();
    List<StoredRun> own = both ? others : runs;
    FitPlan fit = whole.experiment().fit().of(plan.filter(name));
    Analysis analysis =
        Analysis.of(
            new Experiment(
                name,
                whole.experiment().question(),
                own.stream().map(StoredRun::run).toList(),
                fit,
                whole.experiment().text()),
            own);
    return new TrainedRecipe(
        analysis,
        TunedRecipe.of(name, analysis.observations(), own),
        both
            ? Optional.of(TunedRecipe.of(name, Observations.of(constantly, fit), constantly))
            : Optional.empty(),
        law(analysis, name));
  }

  private static Optional<MeasuredRecipe> law(Analysis analysis, String name) {
    return analysis.foretelling().usable().isEmpty()
        ? Optional.empty()
        : Optional.of(MeasuredRecipe.of(analysis, name));
  }

  String name() {
    return tuned.name();
  }

  /** What its losses are of: what is predicted, and of which text. */
  Set<List<Object>> measures() {
    String heldOut = analysis.experiment().fit().heldOut();
    return analysis.runs().stream()
        .filter(run -> run.facts().isPresent())
        .map(
            run ->
                List.<Object>of(
                    run.run().spec().model().predicted(),
                    Optional.ofNullable(run.facts().get().heldOut().get(heldOut))
                        .map(text -> text.digest() + " " + text.tokens())))
        .collect(Collectors.toSet());
  }

  /** How its law came about: how it was tuned, or why there is none. */
  Optional<String> note() {
    return law.isPresent()
        ? law.get().tuning()
        : Optional.of(
            Wording.because(
                "%s has no law of its own".formatted(name()),
                analysis.gaps().isEmpty() ? "its fit failed" : String.join(" ", analysis.gaps())));
  }
}
