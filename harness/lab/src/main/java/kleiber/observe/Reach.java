package kleiber.observe;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Axis;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/**
 * How far a prediction reaches beyond the runs that its law was fitted to.
 *
 * @param rows that the law was fitted to
 */
public record Reach(Law law, List<Observation> rows) {
  /** What lies so near to a fitted run is not called beyond it. */
  private static final double NEAR = 1.05;

  /**
   * Refuses a number of parameters, tokens or FLOPs that no training has: digits that were mistyped
   * are not foretold.
   *
   * @param name such as {@code --flops}
   * @throws UserException when it is less than one, not finite, or beyond anything to come
   */
  public static void require(String name, ScaleAxis axis, double value) {
    Positive.require(name, value);
    double most =
        switch (axis) {
          case PARAMS -> 1e18;
          case TOKENS -> 1e20;
          case FLOPS -> 1e30;
        };
    if (value < 1 || value > most) {
      throw new UserException(
          "%s is %s, which no training has; expected 1 to %s %s"
              .formatted(name, Quantity.count(value), Quantity.count(most), unit(axis)));
    }
  }

  /** The same, where a number was given. */
  public static void require(String name, ScaleAxis axis, Optional<Double> value) {
    value.ifPresent(given -> require(name, axis, given));
  }

  /** What a user must know of a prediction there, in sentences. */
  List<String> notes(Scale at) {
    List<String> notes = new ArrayList<>();
    List<String> times = new ArrayList<>();
    List<String> most = new ArrayList<>();
    List<String> less = new ArrayList<>();
    List<String> least = new ArrayList<>();
    for (ScaleAxis axis : List.of(ScaleAxis.FLOPS, ScaleAxis.PARAMS, ScaleAxis.TOKENS)) {
      DoubleSummaryStatistics fitted = fitted(axis::of);
      double value = axis.of(at);
      if (fitted.getMax() <= 1) {
        continue; // a table that says nothing of it has it at one
      }
      if (value > NEAR * fitted.getMax()) {
        String factor = Quantity.significant(value / fitted.getMax(), 2);
        times.add(factor + " times the " + (axis == ScaleAxis.FLOPS ? "compute" : unit(axis)));
        most.add(Quantity.count(fitted.getMax()) + " " + unit(axis));
      } else if (value < fitted.getMin() / NEAR) {
        less.add(axis == ScaleAxis.FLOPS ? "less compute" : "fewer " + unit(axis));
        least.add(Quantity.count(fitted.getMin()) + " " + unit(axis));
      }
    }
    if (!times.isEmpty()) {
      notes.add(
          "That is %s of any run that was fitted (at most %s)."
              .formatted(Names.and(times), Names.and(most)));
    }
    if (!less.isEmpty()) {
      notes.add(
          "That is %s than any run that was fitted had (at least %s)."
              .formatted(Names.and(less), Names.and(least)));
    }
    further().forEach(axis -> note(axis, at).ifPresent(notes::add));
    return notes;
  }

  /** Axes that the law reads beyond N, D and C. */
  List<Axis> further() {
    return law instanceof Typical known
        ? known.axes().stream().filter(axis -> !LossTable.OWN_AXES.contains(axis.name())).toList()
        : List.of();
  }

  /** Where the fitted runs lie on an axis: {@code 4}, or {@code 1 to 8}. */
  String range(Axis axis) {
    DoubleSummaryStatistics fitted = fitted(axis::of);
    String low = Quantity.count(fitted.getMin());
    String high = Quantity.count(fitted.getMax());
    return low.equals(high) ? low : low + " to " + high;
  }

  private Optional<String> note(Axis axis, Scale at) {
    double value = axis.of(at);
    if (axis.name().equals(Scale.UNIQUE_TOKENS)) {
      return value == at.tokens()
          ? Optional.of(
              "No token is taken to be seen twice; --axis uniqueTokens=U says how many distinct"
                  + " ones there are.")
          : Optional.empty();
    }
    DoubleSummaryStatistics fitted = fitted(axis::of);
    return value >= fitted.getMin() && value <= fitted.getMax()
        ? Optional.empty()
        : Optional.of(
            "%s = %s lies outside of what the fitted runs had, %s."
                .formatted(axis.name(), Quantity.count(value), range(axis)));
  }

  private DoubleSummaryStatistics fitted(ToDoubleFunction<Scale> of) {
    return rows.stream().mapToDouble(row -> of.applyAsDouble(row.at())).summaryStatistics();
  }

  private static String unit(ScaleAxis axis) {
    return switch (axis) {
      case PARAMS -> "parameters";
      case TOKENS -> "tokens";
      case FLOPS -> "FLOPs";
    };
  }
}
