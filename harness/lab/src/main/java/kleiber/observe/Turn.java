package kleiber.observe;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kleiber.estimate.Monotonicity;
import kleiber.fit.FittedLaw;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Observation;

/**
 * Whether the losses of a table rise again with scale while the law that was fitted to them only
 * falls. Asked where they differ along one axis alone of those that the law reads: along several, a
 * loss that is higher than that of a smaller run may only have been a worse division of compute.
 */
final class Turn {
  private static final int FEWEST = 5;
  private static final int MOST = 5_000;
  private static final double LEVEL = 0.01;
  private static final long SEED = 1;

  private Turn() {}

  /** A sentence that refuses the law; empty where nothing speaks against it. */
  static Optional<String> of(LossTable table, FittedLaw fitted) {
    List<ScaleAxis> axes =
        List.of(ScaleAxis.values()).stream()
            .filter(axis -> LossTable.reads(fitted.law(), axis.symbol()))
            .filter(axis -> varies(table.observations(), axis))
            .toList();
    int rows = table.observations().size();
    if (axes.size() != 1 || rows < FEWEST || rows > MOST) {
      return Optional.empty();
    }
    ScaleAxis axis = axes.getFirst();
    return falls(table.observations(), axis, fitted)
        ? Optional.of(Monotonicity.along(axis::of, table.observations(), SEED))
            .filter(found -> found.refused(LEVEL))
            .map(
                found ->
                    "Refused: along %s the losses rise again, and this law only falls. %s A BrokenPowerLaw can rise."
                        .formatted(axis.symbol(), found.sentence()))
        : Optional.empty();
  }

  private static boolean varies(List<Observation> rows, ScaleAxis axis) {
    return rows.stream().mapToDouble(row -> axis.of(row.at())).distinct().count() > 1;
  }

  private static boolean falls(List<Observation> rows, ScaleAxis axis, FittedLaw fitted) {
    double[] predicted =
        rows.stream()
            .sorted(Comparator.comparingDouble(row -> axis.of(row.at())))
            .mapToDouble(row -> fitted.loss(row.at()))
            .toArray();
    for (int i = 1; i < predicted.length; i++) {
      if (predicted[i] > predicted[i - 1]) {
        return false;
      }
    }
    return true;
  }
}
