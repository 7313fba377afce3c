package kleiber.observe;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.laws.Observation;

/** What the fit would be without the runs that a quality gate stopped at. */
public final class FlagEffect {
  private FlagEffect() {}

  /** Fits once more without them, and says what that does to the losses foretold. */
  public static String sentence(Analysis analysis, List<Flag> flags) {
    Set<String> flagged = flags.stream().map(Flag::run).collect(Collectors.toSet());
    List<Observation> all = analysis.observations().fit();
    List<Observation> rest = all.stream().filter(row -> !flagged.contains(row.run())).toList();
    long out = runs(all) - runs(rest);
    if (out == 0) {
      return "None of them is fitted.";
    }
    String them =
        "%d of the %d runs fitted %s flagged".formatted(out, runs(all), out == 1 ? "is" : "are");
    List<Residual> with = analysis.heldOutResiduals();
    if (with.isEmpty() || rest.isEmpty()) {
      return them + "; nothing shows what leaving them out would do.";
    }
    OptionalDouble after = error(analysis, rest);
    if (after.isEmpty()) {
      return them + "; to the others no law can be fitted.";
    }
    double before =
        with.stream().mapToDouble(it -> Math.abs(it.relativeError())).average().orElseThrow();
    return "%s: fitted without, the law misses the losses foretold by %s on average, and with them by %s."
        .formatted(them, Quantity.percent(after.getAsDouble()), Quantity.percent(before));
  }

  /**
   * The mean absolute relative error of the losses foretold when the law is fitted to other rows;
   * empty when it cannot be, or when nothing is foretold.
   */
  static OptionalDouble error(Analysis analysis, List<Observation> rows) {
    FitPlan plan = analysis.experiment().fit();
    if (rows.isEmpty() || analysis.observations().heldOut().isEmpty()) {
      return OptionalDouble.empty();
    }
    FittedLaw law = new LawFitter(plan.objective()).fit(plan.law(), rows);
    return law.outcome() == Outcome.FAILED
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            ConventionError.of(plan.params(), law, analysis.observations().heldOut())
                .meanAbsoluteRelativeError());
  }

  private static long runs(List<Observation> rows) {
    return rows.stream().map(Observation::run).distinct().count();
  }
}
