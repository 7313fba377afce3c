package kleiber.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kleiber.estimate.Estimate;
import kleiber.estimate.Recipe;
import kleiber.estimate.RecipeComparison;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Recipes;
import kleiber.experiment.UserException;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.MeasuredRecipe;
import kleiber.observe.Observations;
import kleiber.observe.PositionTable;
import kleiber.observe.RecipeMatch;
import kleiber.run.StoredRun;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;
import kleiber.train.Constant;

/**
 * Recipes of one experiment against a baseline, each fitted alone and at its own best rates, as one
 * rate for all favours the recipe that it happens to suit (Porian et al. 2024, arXiv:2406.19146).
 * Each law foretells the recipe's own largest run, which it never sees. Whether a constant learning
 * rate, which spares a run for every length, comes to the same verdict: Nezhurina et al. 2025
 * (arXiv:2506.04598).
 */
public final class RecipesStudy implements Study<Recipes> {
  private static final long SEED = 1;

  /**
   * A recipe and what its runs say.
   *
   * @param constant its runs at a constant learning rate, where it has others too
   */
  private record Trained(Analysis analysis, TunedRecipe tuned, Optional<TunedRecipe> constant) {
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
  }

  /**
   * A recipe beside the baseline.
   *
   * @param unitOfA factor on its losses that makes them comparable
   * @param unitOfB factor on the baseline's
   * @param sizes that both share, if there are any
   */
  private record Compared(double unitOfA, double unitOfB, Optional<StudyTable> sizes) {}

  @Override
  public Class<Recipes> plan() {
    return Recipes.class;
  }

  @Override
  public String title() {
    return "Recipes side by side";
  }

  @Override
  public void write(Recipes plan, Analysis analysis, StudyDraft draft) {
    Map<String, Trained> trained = new LinkedHashMap<>();
    for (String name : plan.recipes().keySet()) {
      trained.put(name, trained(name, plan, analysis));
    }
    List<String> waiting =
        trained.keySet().stream().filter(name -> trained.get(name).tuned.best().isEmpty()).toList();
    if (waiting.contains(plan.baseline()) || waiting.size() == trained.size() - 1) {
      throw new IllegalArgumentException(
          "no run of %s can be used yet".formatted(String.join(" or ", waiting)));
    }
    waiting.forEach(name -> draft.note("No run of %s can be used yet.".formatted(name)));
    trained.keySet().removeAll(waiting);
    List<String> others = plan.others().stream().filter(trained::containsKey).toList();
    List<Series> series = new ArrayList<>();
    Map<String, Compared> compared = new LinkedHashMap<>();
    for (String other : others) {
      compare(trained.get(other), trained.get(plan.baseline()), plan, draft, series)
          .ifPresent(its -> compared.put(other, its));
    }
    trained.forEach((name, its) -> foretold(name, its.analysis, draft));
    rates(trained.values().stream().map(Trained::tuned).toList(), draft);
    positions(trained, compared, plan.baseline(), analysis, draft);
    compared.forEach(
        (other, its) ->
            new ConstantRate(
                    trained.get(other).tuned,
                    its.unitOfA,
                    trained.get(plan.baseline()).tuned,
                    its.unitOfB)
                .write(
                    trained.get(other).constant,
                    trained.get(plan.baseline()).constant,
                    analysis.experiment().fit().confidence(),
                    draft));
    compared.values().forEach(its -> its.sizes.ifPresent(draft::table));
    draft.table(RecipeTables.rates(trained.values().stream().map(Trained::tuned).toList()));
    if (!series.isEmpty()) {
      draft.figure(RecipeTables.figure(plan.baseline(), series));
    }
  }

  private static Trained trained(String name, Recipes plan, Analysis whole) {
    List<StoredRun> runs =
        whole.runs().stream()
            .filter(run -> plan.filter(name).matches(run.run()))
            .sorted(Comparator.comparingLong(run -> run.run().spec().seed())) // seeds meet in order
            .toList();
    if (runs.isEmpty()) {
      plan.filter(name).of(whole.experiment().grid()); // says what there is to choose from
    }
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
    return new Trained(
        analysis,
        TunedRecipe.of(name, analysis.observations(), own),
        both
            ? Optional.of(TunedRecipe.of(name, Observations.of(constantly, fit), constantly))
            : Optional.empty());
  }

  /**
   * Writes what the laws say, and what was measured; empty where the losses of the two do not
   * compare, which is said.
   */
  private static Optional<Compared> compare(
      Trained a, Trained b, Recipes plan, StudyDraft draft, List<Series> series) {
    String other = a.tuned.name();
    String baseline = b.tuned.name();
    double confidence = a.analysis.experiment().fit().confidence();
    Optional<MeasuredRecipe> ofA = fitted(a, draft);
    Optional<MeasuredRecipe> ofB = fitted(b, draft);
    Optional<RecipeMatch> match = Optional.empty();
    Optional<RecipeComparison> comparison = Optional.empty();
    if (ofA.isPresent() && ofB.isPresent()) {
      try {
        match = Optional.of(RecipeMatch.of(ofA.get(), ofB.get()));
      } catch (UserException e) {
        draft.sentence(
            "%s and %s do not compare: %s.".formatted(other, baseline, unstopped(e.getMessage())));
        return Optional.empty();
      }
      match
          .get()
          .notes()
          .forEach(note -> draft.note("%s, %s: %s".formatted(other, baseline, note)));
      comparison =
          comparison(
              ofA.get(), ofB.get(), match.get(), plan.tokensPerParameter(), a.analysis, draft);
    } else if (!a.measures().equals(b.measures())) {
      draft.sentence(
          "%s and %s do not compare: their losses are not of the same held-out tokens, and no law of both tells bits per byte."
              .formatted(other, baseline));
      return Optional.empty();
    }
    double unitOfA = match.map(RecipeMatch::unitOfA).orElse(1.0);
    double unitOfB = match.map(RecipeMatch::unitOfB).orElse(1.0);
    List<SharedSize> sizes = SharedSize.of(a.tuned, unitOfA, b.tuned, unitOfB);
    int colour = series.size();
    if (comparison.isPresent()) {
      RecipeVerdict verdict =
          new RecipeVerdict(comparison.get(), match.get(), other, baseline, sizes, confidence);
      verdict.write(draft);
      series.add(new Series(other + ", by law", Style.LINE, colour, verdict.line()));
      if (!verdict.foretold().isEmpty()) {
        series.add(new Series(other + ", foretold", Style.RINGS, colour, verdict.foretold()));
      }
    }
    if (sizes.isEmpty()) {
      draft.sentence(
          "%s and %s were run at no common size and length with a common seed, so nothing was measured between them."
              .formatted(other, baseline));
      return Optional.of(new Compared(unitOfA, unitOfB, Optional.empty()));
    }
    measured(other, baseline, sizes, confidence, draft);
    series.add(
        new Series(
            other + ", measured", Style.DOTS, colour, RecipeTables.points(sizes, confidence)));
    return Optional.of(
        new Compared(
            unitOfA, unitOfB, Optional.of(RecipeTables.sizes(other, baseline, sizes, confidence))));
  }

  private static Optional<MeasuredRecipe> fitted(Trained recipe, StudyDraft draft) {
    try {
      return Optional.of(MeasuredRecipe.of(recipe.analysis, recipe.tuned.name()));
    } catch (UserException | IllegalArgumentException e) {
      draft.note(
          "%s has no law of its own: %s."
              .formatted(recipe.tuned.name(), unstopped(e.getMessage())));
      return Optional.empty();
    }
  }

  /** What the laws of both say; empty, which is said, where they say nothing. */
  private static Optional<RecipeComparison> comparison(
      MeasuredRecipe a,
      MeasuredRecipe b,
      RecipeMatch match,
      OptionalDouble ratio,
      Analysis of,
      StudyDraft draft) {
    try {
      RecipeComparison comparison = comparison(a, b, match, ratio, of);
      comparison.at(comparison.high(), of.experiment().fit().confidence()); // refuses here or never
      return Optional.of(comparison);
    } catch (UserException | IllegalArgumentException e) {
      draft.sentence(
          "No law tells %s from %s: %s.".formatted(a.name(), b.name(), unstopped(e.getMessage())));
      return Optional.empty();
    }
  }

  private static RecipeComparison comparison(
      MeasuredRecipe a, MeasuredRecipe b, RecipeMatch match, OptionalDouble ratio, Analysis of) {
    Recipe one = a.recipe(match.unitOfA(), ratio);
    Recipe other = b.recipe(match.unitOfB(), ratio);
    RecipeComparison comparison =
        RecipeComparison.of(one, other, of.experiment().fit().bootstrap(), SEED);
    if (!(comparison.low() < comparison.high())) {
      throw new IllegalArgumentException("they were not fitted over any common range of compute");
    }
    return comparison;
  }

  private static String unstopped(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /** The largest size that both were run at, and how often which was lower. */
  private static void measured(
      String a, String b, List<SharedSize> sizes, double confidence, StudyDraft draft) {
    SharedSize largest = sizes.getLast();
    Estimate difference = largest.difference(confidence);
    long lower = sizes.stream().filter(size -> size.difference(confidence).value() < 0).count();
    draft.sentence(
        "Measured with no law at the largest common size, %s, each at its best rate: %s over %s is %s over %s%s; at %d of the %d common sizes %s has the lower mean loss."
            .formatted(
                largest.place(),
                a,
                b,
                Wording.share(difference),
                largest.seedsInWords(),
                largest.seeds() < 2
                    ? ", and a single seed tells no noise"
                    : difference.interval().holds(0) ? ", which tells neither from the other" : "",
                lower,
                sizes.size(),
                a));
    draft.number(
        "%s over %s at the largest common size, measured".formatted(a, b),
        difference,
        "share of the loss");
    draft.number("seeds there", largest.seeds(), "");
  }

  private static void foretold(String name, Analysis analysis, StudyDraft draft) {
    draft.sentence("%s alone: %s".formatted(name, Answer.of(analysis).headline()));
    analysis
        .extrapolation()
        .map(Answer::largest)
        .ifPresent(
            largest -> {
              draft.number(
                  "%s: loss foretold".formatted(name),
                  new Estimate(largest.predicted(), largest.interval()),
                  "nats per token");
              draft.number(
                  "%s: loss measured".formatted(name), largest.measured().loss(), "nats per token");
            });
  }

  /** Where in the window which recipe is behind, where the held-out set tells it. */
  private static void positions(
      Map<String, Trained> trained,
      Map<String, Compared> compared,
      String baseline,
      Analysis whole,
      StudyDraft draft) {
    FitPlan fit = whole.experiment().fit();
    Map<String, double[]> positions = new HashMap<>();
    for (StoredRun run : whole.runs()) {
      PositionTable.of(run, fit.heldOut())
          .ifPresent(
              losses ->
                  positions.put(
                      run.run().id(), losses.stream().mapToDouble(loss -> loss).toArray()));
    }
    List<LossByPosition> largest = new ArrayList<>();
    TunedRecipe base = trained.get(baseline).tuned;
    for (String other : compared.keySet()) {
      if (compared.get(other).unitOfA != 1 || compared.get(other).unitOfB != 1) {
        continue; // other tokens stand at other positions
      }
      TunedRecipe its = trained.get(other).tuned;
      List<LossByPosition> sizes =
          LossByPosition.of(its, base, SharedSize.of(its, 1, base, 1), positions);
      if (!sizes.isEmpty()) {
        LossByPosition.write(sizes, fit.confidence(), draft);
        largest.add(sizes.getLast());
      }
    }
    if (!largest.isEmpty()) {
      draft.figure(RecipeTables.byPosition(largest));
    }
  }

  private static void rates(List<TunedRecipe> recipes, StudyDraft draft) {
    List<String> parts = new ArrayList<>();
    boolean all = true;
    for (TunedRecipe recipe : recipes) {
      List<TunedRecipe.Range> ranges = recipe.ranges();
      long inside = ranges.stream().filter(TunedRecipe.Range::inside).count();
      all &= inside == ranges.size();
      parts.add("%s at %d of %d sizes".formatted(recipe.name(), inside, ranges.size()));
    }
    draft.sentence(
        "The best learning rate lies between others that were tried: %s%s."
            .formatted(
                String.join(", ", parts),
                all ? "" : "; elsewhere a rate that was not tried may do better"));
  }
}
