package kleiber.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.estimate.Estimate;
import kleiber.estimate.Likeness;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Recipes;
import kleiber.observe.Analysis;
import kleiber.observe.Answer;
import kleiber.observe.FitFile;
import kleiber.observe.PositionTable;
import kleiber.observe.Quantity;
import kleiber.run.StoredRun;
import kleiber.study.StudyFigure.Series;

/**
 * Recipes of one experiment against a baseline, each fitted alone and at its own best rates, as one
 * rate for all favours the recipe that it happens to suit (Porian et al. 2024, arXiv:2406.19146).
 * Each law foretells the recipe's own largest run, which it never sees. Whether a constant learning
 * rate, which spares a run for every length, comes to the same verdict: Nezhurina et al. 2025
 * (arXiv:2506.04598).
 */
public final class RecipesStudy implements Study<Recipes> {
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
    Map<String, TrainedRecipe> trained = new LinkedHashMap<>();
    for (String name : plan.recipes().keySet()) {
      trained.put(name, TrainedRecipe.of(name, plan, analysis));
    }
    List<String> waiting =
        trained.keySet().stream()
            .filter(name -> trained.get(name).tuned().best().isEmpty())
            .toList();
    if (waiting.contains(plan.baseline()) || waiting.size() == trained.size() - 1) {
      throw new IllegalArgumentException(
          "no run of %s can be used yet".formatted(String.join(" or ", waiting)));
    }
    waiting.forEach(name -> draft.note("No run of %s can be used yet.".formatted(name)));
    trained.keySet().removeAll(waiting);
    plan.tokensPerParameter()
        .ifPresent(
            ratio ->
                draft.note(
                    "Laws of N and D are held against one another at D = %s N, which need not be a length of the grid; what was measured is told beside."
                        .formatted(Quantity.count(ratio))));
    trained.values().forEach(its -> its.note().ifPresent(draft::note));
    List<String> others = plan.others().stream().filter(trained::containsKey).toList();
    List<Series> series = new ArrayList<>();
    Map<String, ComparedRecipes> compared = new LinkedHashMap<>();
    for (String other : others) {
      ComparedRecipes.of(
              trained.get(other),
              trained.get(plan.baseline()),
              plan.tokensPerParameter(),
              draft,
              series)
          .ifPresent(its -> compared.put(other, its));
    }
    trained.forEach((name, its) -> foretold(name, its.analysis(), draft));
    trained.forEach(
        (name, its) -> FitFile.of(its.analysis()).ifPresent(file -> draft.fit(name, file)));
    rates(trained.values().stream().map(TrainedRecipe::tuned).toList(), draft);
    positions(trained, compared, plan.baseline(), analysis, draft);
    compared.forEach(
        (other, its) ->
            new ConstantRate(its)
                .write(
                    trained.get(other).constant(), trained.get(plan.baseline()).constant(), draft));
    directions(compared.values(), draft);
    compared.values().stream()
        .filter(its -> !its.common().isEmpty())
        .forEach(its -> draft.table(RecipeTables.sizes(its.common(), its.unit())));
    draft.table(RecipeTables.rates(trained.values().stream().map(TrainedRecipe::tuned).toList()));
    if (!series.isEmpty()) {
      draft.figure(RecipeTables.figure(plan.baseline(), series));
    }
  }

  /** What every difference is of, and which sizes count as one. */
  private static void directions(Collection<ComparedRecipes> compared, StudyDraft draft) {
    draft.note(
        "Every difference of A over B is (A − B) / B of their losses: where it is negative, A is"
            + " the better. A row by the laws is asked for the run of its FLOPs; where that is"
            + " shorter, longer, smaller or larger than any fitted, the laws are asked beyond what"
            + " they know.");
    if (compared.stream().anyMatch(its -> its.common().noise().isKnown())) {
      draft.note(
          "Every interval of a measured difference is Student’s t with the noise from seed to seed"
              + " of all sizes that the two share, as if it were the same at each; that of a single"
              + " seed too. That of an average over sizes is by the noise of one value for every N"
              + " and seed, the mean over its lengths, which may be parts of one run.");
    }
    List<String> differ =
        compared.stream().flatMap(its -> its.common().ofSizes().stream()).toList();
    if (!differ.isEmpty()) {
      draft.note(
          "A size is common to two recipes where D is the same and N differs by at most %s, for a gate or a norm more or less: %s."
              .formatted(Quantity.percent(Likeness.PARAMS), String.join("; ", differ)));
    }
  }

  private static void foretold(String name, Analysis analysis, StudyDraft draft) {
    if (analysis.foretelling().usable().isEmpty()) {
      draft.sentence("%s alone: no law could be fitted.".formatted(name));
      return;
    }
    draft.sentence("%s alone: %s".formatted(name, Answer.of(analysis).headline()));
    analysis
        .extrapolation()
        .map(Answer::largest)
        .ifPresent(
            largest -> {
              draft.number(
                  "%s: loss foretold".formatted(name),
                  new Estimate(largest.predicted(), largest.interval()),
                  analysis.unit());
              draft.number(
                  "%s: loss measured".formatted(name), largest.measured().loss(), analysis.unit());
            });
  }

  /** Where in the window which recipe is behind, where the held-out set tells it. */
  private static void positions(
      Map<String, TrainedRecipe> trained,
      Map<String, ComparedRecipes> compared,
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
    TunedRecipe base = trained.get(baseline).tuned();
    for (String other : compared.keySet()) {
      ComparedRecipes its = compared.get(other);
      if (its.unitOfA() != 1 || its.unitOfB() != 1) {
        continue; // other tokens stand at other positions
      }
      List<LossByPosition> sizes =
          LossByPosition.of(trained.get(other).tuned(), base, its.common().sizes(), positions);
      if (!sizes.isEmpty()) {
        new PositionVerdict(other, baseline, sizes, fit.confidence()).write(whole.unit(), draft);
        largest.add(sizes.getLast());
      }
    }
    if (!largest.isEmpty()) {
      draft.figure(RecipeTables.byPosition(baseline, largest, whole.unit()));
    }
  }

  private static void rates(List<TunedRecipe> recipes, StudyDraft draft) {
    List<String> parts = new ArrayList<>();
    boolean all = true;
    for (TunedRecipe recipe : recipes) {
      List<TunedRecipe.Range> ranges = recipe.ranges();
      long inside = ranges.stream().filter(TunedRecipe.Range::inside).count();
      all &= inside == ranges.size();
      parts.add(
          "%s at %d of %s".formatted(recipe.name(), inside, Wording.count(ranges.size(), "size")));
    }
    draft.sentence(
        "The best learning rate lies between others that were tried: %s%s."
            .formatted(
                String.join(", ", parts),
                all ? "" : "; elsewhere a rate that was not tried may do better"));
  }
}
