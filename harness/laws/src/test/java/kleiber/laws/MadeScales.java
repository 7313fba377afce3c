package kleiber.laws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Scales and parameters such as those that a law says are usual for it. */
final class MadeScales {
  /** Points on each axis of a law that reads so many. */
  private static final int[] POINTS = {0, 24, 6, 4, 3};

  private static final double PARAMS = 1e9;
  private static final double TOKENS = 2e10;

  private MadeScales() {}

  /** Every combination of some points on each axis. */
  static List<Scale> grid(Typical law) {
    List<Axis> axes = law.axes();
    int perAxis = POINTS[axes.size()];
    List<Map<String, Double>> points = List.of(Map.of());
    for (Axis axis : axes) {
      List<Map<String, Double>> longer = new ArrayList<>();
      for (Map<String, Double> point : points) {
        for (int i = 0; i < perAxis; i++) {
          longer.add(with(point, axis.name(), between(axis, i / (perAxis - 1.0))));
        }
      }
      points = longer;
    }
    return points.stream().map(MadeScales::scale).toList();
  }

  /** N and D each of the root of so many times their highest values; all else at its highest. */
  static Scale beyond(Typical law, double times) {
    Map<String, Double> point = new HashMap<>();
    for (Axis axis : law.axes()) {
      double factor =
          switch (axis.name()) {
            case "params", "tokens" -> Math.sqrt(times);
            case "flops" -> times;
            default -> 1;
          };
      point.put(axis.name(), axis.high() * factor);
    }
    return scale(point);
  }

  /** Typical constants, each moved by up to a twentieth. */
  static double[] theta(Typical law, Random random) {
    double[] theta = law.typical();
    for (int j = 0; j < theta.length; j++) {
      theta[j] *= 0.95 + 0.1 * random.nextDouble();
    }
    return theta;
  }

  private static double between(Axis axis, double part) {
    return axis.low() > 0
        ? axis.low() * Math.pow(axis.high() / axis.low(), part)
        : axis.low() + part * (axis.high() - axis.low());
  }

  private static Map<String, Double> with(Map<String, Double> point, String name, double value) {
    Map<String, Double> longer = new HashMap<>(point);
    longer.put(name, value);
    return longer;
  }

  private static Scale scale(Map<String, Double> point) {
    Map<String, Double> extra = new HashMap<>(point);
    Double flops = extra.remove("flops");
    double params = take(extra, "params", flops == null ? PARAMS : Math.sqrt(flops / 120));
    double tokens = take(extra, "tokens", flops == null ? TOKENS : 20 * params);
    return new Scale(params, tokens, flops == null ? 6 * params * tokens : flops, extra);
  }

  private static double take(Map<String, Double> point, String name, double otherwise) {
    Double value = point.remove(name);
    return value == null ? otherwise : value;
  }
}
