package kleiber.fit;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/** Refuses what no law can be fitted to. */
final class Observations {
  private Observations() {}

  static void check(Law law, List<Observation> observations) {
    if (observations.isEmpty()) {
      throw new IllegalArgumentException(
          "There are no observations to fit " + law.formula() + " to.");
    }
    for (Observation row : observations) {
      require(row, "loss", row.loss());
      require(row, "N (params)", row.at().params());
      require(row, "D (tokens)", row.at().tokens());
      require(row, "C (flops)", row.at().flops());
    }
    var sets =
        observations.stream()
            .map(Observation::heldOut)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(TreeSet::new));
    if (sets.size() > 1) {
      throw new IllegalArgumentException(
          "The losses are of different held-out sets, " + sets + "; fit one set at a time.");
    }
  }

  /** Also refuses a fit that is none. */
  static void checkFitted(FittedLaw fitted, List<Observation> observations) {
    check(fitted.law(), observations);
    if (fitted.outcome() == Outcome.FAILED) {
      throw new IllegalArgumentException("There is no fit to go on from: " + fitted.sentence());
    }
  }

  /** Refuses rows without the standard errors that an objective asks for. */
  static void check(Objective objective, List<Observation> observations) {
    if (objective.residual() == Residual.STANDARD_ERRORS) {
      observations.forEach(row -> require(row, "standard error", row.standardError()));
    }
  }

  private static void require(Observation row, String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "Run "
              + row.run()
              + " at step "
              + row.step()
              + ": "
              + what
              + " is "
              + value
              + " but must be positive and finite; leave the row out and say so.");
    }
  }
}
