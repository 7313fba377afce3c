package kleiber.observe;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.FitPlan;

/** What leaving runs out by name did. */
final class LeftOutEffect {
  private LeftOutEffect() {}

  /** Fits once more with them, and says what that does; empty when none is left out by name. */
  static Optional<String> sentence(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    int count = plan.leaveOut().map(Map::size).orElse(0);
    if (count == 0) {
      return Optional.empty();
    }
    String them = count == 1 ? "1 run is left out by name" : count + " runs are left out by name";
    Observations all = Observations.of(analysis.runs(), plan.forAll());
    int fitted = all.fit().size() - analysis.observations().fit().size();
    int foretold = all.heldOut().size() - analysis.observations().heldOut().size();
    String check =
        foretold == 0
            ? ""
            : "; %d of the losses that would check the law %s among what is left out"
                .formatted(foretold, foretold == 1 ? "is" : "are");
    OptionalDouble with = FlagEffect.error(analysis, all.fit());
    OptionalDouble without = FlagEffect.error(analysis, analysis.observations().fit());
    if (fitted == 0 || with.isEmpty() || without.isEmpty()) {
      return Optional.of(them + check + ".");
    }
    return Optional.of(
        "%s: fitted with them, the law misses the losses foretold by %s on average, and without them by %s%s."
            .formatted(
                them,
                Quantity.percent(with.getAsDouble()),
                Quantity.percent(without.getAsDouble()),
                check));
  }
}
