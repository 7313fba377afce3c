package kleiber.study;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
 * @param unit of the losses then
 * @param common sizes that both share, if there are any
 */
record ComparedRecipes(double unitOfA, double unitOfB, String unit, CommonSizes common) {
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
    Optional<RecipeMatch> match = Optional.empty();
    Optional<RecipeComparison> comparison = Optional.empty();
    if (a.law().isPresent() && b.law().isPresent()) {
      MeasuredRecipe ofA = a.law().get();
      MeasuredRecipe ofB = b.law().get();
      try {
        match = Optional.of(RecipeMatch.of(ofA, ofB));
      } catch (UserException e) {
        draft.sentence(
            Wording.because("%s and %s do not compare".formatted(other, baseline), e.getMessage()));
        return Optional.empty();
      }
      match
          .get()
          .notes()
          .forEach(note -> draft.note("%s, %s: %s".formatted(other, baseline, note)));
      comparison = comparison(ofA, ofB, match.get(), tokensPerParameter, a.analysis(), draft);
    } else if (!a.measures().equals(b.measures())) {
      draft.sentence(
          "%s and %s do not compare: their losses are not of the same held-out tokens, and no law of both tells bits per byte."
              .formatted(other, baseline));
      return Optional.empty();
    }
    double unitOfA = match.map(RecipeMatch::unitOfA).orElse(1.0);
    double unitOfB = match.map(RecipeMatch::unitOfB).orElse(1.0);
    String unit = match.map(RecipeMatch::unit).orElse(a.analysis().unit());
    CommonSizes common = CommonSizes.of(a.tuned(), unitOfA, b.tuned(), unitOfB, confidence);
    int colour = series.size();
    boolean measuredFirst = false;
    if (comparison.isPresent()) {
      RecipeVerdict verdict = new RecipeVerdict(comparison.get(), match.get(), common);
      Optional<String> reservation = verdict.reservation();
      measuredFirst = reservation.isPresent() && !common.isEmpty();
      if (measuredFirst) {
        measured(common, draft);
        draft.note(
            "%s, %s: what was measured comes first, as %s."
                .formatted(other, baseline, reservation.get()));
      }
      verdict.write(draft);
      partners(comparison.get(), a.law().get(), b.law().get()).ifPresent(draft::note);
      series.add(new Series(other + ", by law", Style.LINE, colour, verdict.line()));
      if (!verdict.foretold().isEmpty()) {
        series.add(new Series(other + ", foretold", Style.RINGS, colour, verdict.foretold()));
      }
    }
    if (common.isEmpty()) {
      draft.sentence(
          "%s and %s were run at no common size and length, so nothing was measured between them."
              .formatted(other, baseline));
    } else {
      if (!measuredFirst) {
        measured(common, draft);
      }
      series.add(new Series(other + ", measured", Style.DOTS, colour, RecipeTables.points(common)));
    }
    return Optional.of(new ComparedRecipes(unitOfA, unitOfB, unit, common));
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

  /**
   * Which runs the laws side by side are without, so that a reader who finds another loss of the
   * same recipe at the same compute beside a third knows why.
   */
  private static Optional<String> partners(
      RecipeComparison comparison, MeasuredRecipe a, MeasuredRecipe b) {
    return comparison.paired() && comparison.unpaired() > 0
        ? Optional.of(
            "%s, %s: the laws side by side are fitted to the runs that have a partner of about their N and D in the other recipe; %s and %s have none. So they, and the losses that they give, are not quite those of either recipe alone or beside a third."
                .formatted(
                    a.name(), b.name(), without(comparison.a(), a), without(comparison.b(), b)))
        : Optional.empty();
  }

  private static String without(Recipe some, MeasuredRecipe all) {
    int runs = all.tuned().rows().size();
    return "%d of the %d losses of %s".formatted(runs - some.rows().size(), runs, all.name());
  }

  /** The largest size that both were run at, and how often which was lower. */
  private static void measured(CommonSizes common, StudyDraft draft) {
    SharedSize largest = common.largest();
    List<SharedSize> sizes = common.sizes();
    boolean known = common.isKnown(largest);
    String places = "";
    if (sizes.size() > 1) {
      long lower = sizes.stream().filter(size -> common.difference(size).value() < 0).count();
      places =
          "; at %d of the %d common sizes %s has the lower mean loss"
              .formatted(lower, sizes.size(), common.a());
    }
    draft.sentence(
        "Measured with no law at the %s common size, %s, %s over %s is %s%s%s."
            .formatted(
                sizes.size() > 1 ? "largest" : "only",
                largest.place(),
                common.a(),
                common.b(),
                common.measured(largest),
                !known
                    ? ", and a single seed tells no noise"
                    : common.difference(largest).interval().holds(0)
                        ? ", no more than seeds make: it tells neither from the other"
                        : ", more than seeds make",
                places));
    draft.number(
        "%s over %s at the largest common size, measured".formatted(common.a(), common.b()),
        common.difference(largest),
        "share of the loss");
    draft.number(
        "seeds of %s over %s there".formatted(common.a(), common.b()), largest.seeds(), "");
    if (common.noise().isKnown()) {
      draft.number(
          "%s over %s from seed to seed, standard deviation of a pair of runs"
              .formatted(common.a(), common.b()),
          common.noise().deviation(),
          "share of the loss");
    }
    common.ofIntervals().ifPresent(draft::note);
  }
}
