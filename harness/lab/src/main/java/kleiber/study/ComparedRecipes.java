package kleiber.study;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.estimate.Estimate;
import kleiber.estimate.Recipe;
import kleiber.estimate.RecipeComparison;
import kleiber.experiment.UserException;
import kleiber.observe.Analysis;
import kleiber.observe.MeasuredRecipe;
import kleiber.observe.RecipeMatch;
import kleiber.study.StudyFigure.Series;
import kleiber.study.StudyFigure.Style;

/**
 * A recipe beside the baseline: what their laws say, and what was measured with no law in between.
 *
 * @param unitOfA factor on its losses that makes them comparable
 * @param unitOfB factor on the baseline's
 * @param sizes that both share, if there are any
 */
record ComparedRecipes(double unitOfA, double unitOfB, Optional<StudyTable> sizes) {
  private static final long SEED = 1;

  /**
   * Writes what the laws say, and what was measured; empty where the losses of the two do not
   * compare, which is said.
   *
   * @param b the baseline
   * @param tokensPerParameter along which compute is divided; each law's own best division if empty
   * @param series of the figure, to which those of the two are added
   */
  static Optional<ComparedRecipes> of(
      TrainedRecipe a,
      TrainedRecipe b,
      OptionalDouble tokensPerParameter,
      StudyDraft draft,
      List<Series> series) {
    String other = a.name();
    String baseline = b.name();
    double confidence = a.analysis().experiment().fit().confidence();
    Optional<MeasuredRecipe> ofA = a.fitted(draft);
    Optional<MeasuredRecipe> ofB = b.fitted(draft);
    Optional<RecipeMatch> match = Optional.empty();
    Optional<RecipeComparison> comparison = Optional.empty();
    if (ofA.isPresent() && ofB.isPresent()) {
      try {
        match = Optional.of(RecipeMatch.of(ofA.get(), ofB.get()));
      } catch (UserException e) {
        draft.sentence(
            Wording.because("%s and %s do not compare".formatted(other, baseline), e.getMessage()));
        return Optional.empty();
      }
      match
          .get()
          .notes()
          .forEach(note -> draft.note("%s, %s: %s".formatted(other, baseline, note)));
      comparison =
          comparison(ofA.get(), ofB.get(), match.get(), tokensPerParameter, a.analysis(), draft);
    } else if (!a.measures().equals(b.measures())) {
      draft.sentence(
          "%s and %s do not compare: their losses are not of the same held-out tokens, and no law of both tells bits per byte."
              .formatted(other, baseline));
      return Optional.empty();
    }
    double unitOfA = match.map(RecipeMatch::unitOfA).orElse(1.0);
    double unitOfB = match.map(RecipeMatch::unitOfB).orElse(1.0);
    String unit = match.map(RecipeMatch::unit).orElse(a.analysis().unit());
    List<SharedSize> sizes = SharedSize.of(a.tuned(), unitOfA, b.tuned(), unitOfB);
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
      return Optional.of(new ComparedRecipes(unitOfA, unitOfB, Optional.empty()));
    }
    measured(other, baseline, sizes, confidence, draft);
    series.add(
        new Series(
            other + ", measured", Style.DOTS, colour, RecipeTables.points(sizes, confidence)));
    return Optional.of(
        new ComparedRecipes(
            unitOfA,
            unitOfB,
            Optional.of(RecipeTables.sizes(other, baseline, unit, sizes, confidence))));
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
          Wording.because("No law tells %s from %s".formatted(a.name(), b.name()), e.getMessage()));
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

  /** The largest size that both were run at, and how often which was lower. */
  private static void measured(
      String a, String b, List<SharedSize> sizes, double confidence, StudyDraft draft) {
    SharedSize largest = sizes.getLast();
    Estimate difference = largest.difference(confidence);
    String places = "";
    if (sizes.size() > 1) {
      long lower = sizes.stream().filter(size -> size.difference(confidence).value() < 0).count();
      places =
          "; at %d of the %d common sizes %s has the lower mean loss"
              .formatted(lower, sizes.size(), a);
    }
    draft.sentence(
        "Measured with no law at the %s common size, %s, each at its best rate: %s over %s is %s%s%s."
            .formatted(
                sizes.size() > 1 ? "largest" : "only",
                largest.place(),
                a,
                b,
                largest.measured(confidence),
                largest.seeds() < 2
                    ? ", and a single seed tells no noise"
                    : difference.interval().holds(0) ? ", which tells neither from the other" : "",
                places));
    draft.number(
        "%s over %s at the largest common size, measured".formatted(a, b),
        difference,
        "share of the loss");
    draft.number("seeds there", largest.seeds(), "");
  }
}
