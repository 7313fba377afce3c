package kleiber.study;

import java.util.List;
import java.util.Optional;
import kleiber.estimate.Estimate;
import kleiber.estimate.Likeness;
import kleiber.laws.Scale;

/**
 * Whether runs at a constant learning rate come to the verdict of those whose rate falls. One such
 * run serves every length that it passes, so the same question costs less (Nezhurina et al. 2025,
 * arXiv:2506.04598).
 *
 * @param falling what was found of those whose rate falls
 */
record ConstantRate(ComparedRecipes falling) {
  /** What a difference with its interval says. */
  private enum Verdict {
    LOWER,
    HIGHER,
    UNTOLD;

    static Verdict of(Estimate difference) {
      return difference.interval().holds(0) ? UNTOLD : difference.value() < 0 ? LOWER : HIGHER;
    }
  }

  /** Writes the verdict of both at a constant rate beside theirs at a falling one, if there is. */
  void write(Optional<TunedRecipe> constantA, Optional<TunedRecipe> constantB, StudyDraft draft) {
    if (constantA.isEmpty() || constantB.isEmpty()) {
      return;
    }
    CommonSizes constant =
        CommonSizes.of(
            constantA.get(),
            falling.unitOfA(),
            constantB.get(),
            falling.unitOfB(),
            falling.common().confidence());
    Likeness likeness = Likeness.of(scales(constant.sizes()), scales(falling.common().sizes()));
    List<SharedSize> atFallingRates =
        falling.common().sizes().stream()
            .filter(SharedSize::paired)
            .filter(size -> alike(size, constant.sizes(), likeness))
            .toList();
    List<SharedSize> atConstantRates =
        constant.sizes().stream()
            .filter(SharedSize::paired)
            .filter(size -> alike(size, atFallingRates, likeness))
            .toList();
    if (atConstantRates.isEmpty()) {
      draft.note(
          "%s and %s share no size at both a constant and a falling learning rate."
              .formatted(constant.a(), constant.b()));
      return;
    }
    Estimate atConstant = constant.onAverage(atConstantRates);
    Estimate atFalling = falling.common().onAverage(atFallingRates);
    draft.sentence(
        "At a constant learning rate %s over %s is %s on average over %s, with a falling one %s: %s."
            .formatted(
                constant.a(),
                constant.b(),
                Wording.share(atConstant),
                Wording.count(atConstantRates.size(), "common size"),
                Wording.share(atFalling),
                agreement(atConstant, atFalling)));
    draft.number(
        "%s over %s at a constant rate".formatted(constant.a(), constant.b()),
        atConstant,
        "share of the loss");
    draft.number(
        "%s over %s at a falling rate, the same sizes".formatted(constant.a(), constant.b()),
        atFalling,
        "share of the loss");
  }

  private static List<Scale> scales(List<SharedSize> sizes) {
    return sizes.stream().map(SharedSize::ofA).toList();
  }

  private static boolean alike(SharedSize one, List<SharedSize> others, Likeness likeness) {
    return others.stream().anyMatch(other -> likeness.holds(one.ofA(), other.ofA()));
  }

  private static String agreement(Estimate constant, Estimate falling) {
    if (!Double.isFinite(constant.interval().high())
        || !Double.isFinite(falling.interval().high())) {
      return "a single seed tells no verdict";
    }
    Verdict one = Verdict.of(constant);
    Verdict other = Verdict.of(falling);
    if (one == other) {
      return one == Verdict.UNTOLD ? "neither tells the two apart" : "the verdicts agree";
    }
    if (one == Verdict.UNTOLD || other == Verdict.UNTOLD) {
      return "only the %s rate tells the two apart"
          .formatted(one == Verdict.UNTOLD ? "falling" : "constant");
    }
    return "the verdicts do not agree";
  }
}
