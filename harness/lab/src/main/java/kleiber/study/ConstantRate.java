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
 * @param a the one, with a falling rate
 * @param unitOfA factor on its losses that makes them comparable
 * @param b the other, likewise
 * @param unitOfB factor on its losses
 */
record ConstantRate(TunedRecipe a, double unitOfA, TunedRecipe b, double unitOfB) {
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
  void write(
      Optional<TunedRecipe> constantA,
      Optional<TunedRecipe> constantB,
      double confidence,
      StudyDraft draft) {
    if (constantA.isEmpty() || constantB.isEmpty()) {
      return;
    }
    List<SharedSize> constant = SharedSize.of(constantA.get(), unitOfA, constantB.get(), unitOfB);
    List<SharedSize> all = SharedSize.of(a, unitOfA, b, unitOfB);
    Likeness likeness = Likeness.of(scales(constant), scales(all));
    List<SharedSize> falling =
        all.stream().filter(size -> alike(size, constant, likeness)).toList();
    List<SharedSize> common =
        constant.stream().filter(size -> alike(size, falling, likeness)).toList();
    if (common.isEmpty()) {
      draft.note(
          "%s and %s share no size at both a constant and a falling learning rate."
              .formatted(a.name(), b.name()));
      return;
    }
    Estimate atConstant = SharedSize.overSeeds(common, confidence);
    Estimate atFalling = SharedSize.overSeeds(falling, confidence);
    draft.sentence(
        "At a constant learning rate %s over %s is %s on average over %s, with a falling one %s: %s."
            .formatted(
                a.name(),
                b.name(),
                Wording.share(atConstant),
                Wording.count(common.size(), "common size"),
                Wording.share(atFalling),
                agreement(atConstant, atFalling)));
    draft.number(
        "%s over %s at a constant rate".formatted(a.name(), b.name()),
        atConstant,
        "share of the loss");
    draft.number(
        "%s over %s at a falling rate, the same sizes".formatted(a.name(), b.name()),
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
