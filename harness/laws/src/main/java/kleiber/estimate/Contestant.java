package kleiber.estimate;

import java.util.List;
import java.util.function.ToDoubleFunction;
import kleiber.fit.Frontier;
import kleiber.fit.LawFitter;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;

/** A way to foretell the loss of a large run from small ones. */
public interface Contestant {
  /** As a table prints it. */
  String name();

  /** What small runs say about every scale: loss in nats per token. */
  ToDoubleFunction<Scale> fit(List<Observation> observations);

  /** A law fitted to all observations. */
  static Contestant of(Law law, LawFitter fitter) {
    return of(law.getClass().getSimpleName(), rows -> fitter.fit(law, rows)::loss);
  }

  /** The baseline: the plain power law in compute, fitted to the compute frontier. */
  static Contestant powerLaw(LawFitter fitter) {
    return of("PowerLaw", rows -> fitter.fit(new PowerLaw(), Frontier.of(rows))::loss);
  }

  /** The other baseline: {@link TwoBudgetLine}. */
  static Contestant twoBudgets() {
    return of("two largest budgets", rows -> TwoBudgetLine.through(rows)::loss);
  }

  /** Any other. */
  static Contestant of(String name, Method method) {
    return new Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public ToDoubleFunction<Scale> fit(List<Observation> observations) {
        return method.fit(observations);
      }
    };
  }

  /** How a contestant learns. */
  @FunctionalInterface
  interface Method {
    ToDoubleFunction<Scale> fit(List<Observation> observations);
  }
}
