package kleiber.estimate;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.laws.Observation;

/**
 * A way to train, as its runs tell it.
 *
 * @param name for sentences
 * @param fitted the law of its runs
 * @param fitter what fitted it
 * @param rows that it was fitted to
 * @param path how it divides compute
 */
public record Recipe(
    String name, FittedLaw fitted, LawFitter fitter, List<Observation> rows, ComputePath path) {
  public Recipe {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
    rows = List.copyOf(rows);
  }

  /** The same recipe by some of its rows; the law is fitted again where they are fewer. */
  Recipe with(List<Observation> some) {
    FittedLaw again = some.size() == rows.size() ? fitted : fitter.fit(fitted.law(), some);
    return new Recipe(name, again, fitter, some, path);
  }

  /** The lowest loss of its runs of a compute. */
  OptionalDouble lowest(double leastFlops, double mostFlops) {
    return rows.stream()
        .filter(row -> row.at().flops() >= leastFlops && row.at().flops() <= mostFlops)
        .mapToDouble(Observation::loss)
        .min();
  }

  /** The lowest compute that was measured. */
  double least() {
    return rows.stream().mapToDouble(row -> row.at().flops()).min().orElse(Double.NaN);
  }

  /** The highest compute that was measured. */
  double most() {
    return rows.stream().mapToDouble(row -> row.at().flops()).max().orElse(Double.NaN);
  }
}
