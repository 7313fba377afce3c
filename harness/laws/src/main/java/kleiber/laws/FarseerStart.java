package kleiber.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Differential piecewise fitting (Li et al. 2025, Algorithm 2). Differences of loss along D at one
 * N are free of the floor and give that N's exponent and price of data; those, as functions of N,
 * are stretched exponentials whose exponents come from a grid and whose other constants from a
 * line; what is left of the losses is the floor.
 */
final class FarseerStart {
  private static final int ROUNDS = 2;
  private static final int SELF_CONSISTENT = 30;
  private static final double FIRST_EXPONENT = 0.3;

  /** Exponents of N that are tried, for every one of the three stretched exponentials. */
  private static final double LOWEST = 0.005;

  private static final double HIGHEST = 0.6;
  private static final double RATIO = 1.07;
  private static final double[] OTHERS = {0.05, 0.15};

  /** y = e^(a N^exponent + b). */
  private record Stretched(double a, double exponent, double b) {
    double at(double params) {
      return Math.exp(a * Math.pow(params, exponent) + b);
    }

    static Stretched through(double exponent, double[] params, double[] y) {
      double[] x = new double[params.length];
      double[] ln = new double[params.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = Math.pow(params[i], exponent);
        ln[i] = Math.log(y[i]);
      }
      double[] line = LinearFit.line(x, ln).coefficients();
      return new Stretched(line[1], exponent, line[0]);
    }
  }

  /** A fall in loss from {@code tokens} to {@code ratio} times as many. */
  private record Fall(double params, double tokens, double ratio, double loss) {}

  private final List<Fall> falls = new ArrayList<>();
  private final List<Observation> rows;
  private double[] params;
  private double[] exponents;
  private double[] prices;

  private FarseerStart(List<Observation> rows) {
    this.rows = rows;
  }

  static List<double[]> of(List<Observation> rows) {
    FarseerStart start = new FarseerStart(rows);
    start.eachSize();
    return start.params.length < 3 ? List.of() : start.joined();
  }

  private void eachSize() {
    Map<Double, List<Observation>> sizes =
        rows.stream()
            .collect(
                Collectors.groupingBy(row -> row.at().params(), TreeMap::new, Collectors.toList()));
    List<double[]> found = new ArrayList<>();
    sizes.forEach(
        (size, own) -> {
          TreeMap<Double, Double> losses = new TreeMap<>();
          own.forEach(row -> losses.merge(row.at().tokens(), row.loss(), Math::min));
          List<Fall> these = new ArrayList<>();
          for (Map.Entry<Double, Double> point : losses.entrySet()) {
            Map.Entry<Double, Double> next = losses.higherEntry(point.getKey());
            if (next != null) {
              double ratio = next.getKey() / point.getKey();
              these.add(new Fall(size, point.getKey(), ratio, point.getValue() - next.getValue()));
            }
          }
          falls.addAll(these);
          these.removeIf(fall -> fall.loss <= 0);
          if (these.size() >= 2) {
            double[] line = powerLaw(these);
            if (line[0] > 0 && Double.isFinite(line[1])) {
              found.add(new double[] {size, line[0], line[1]});
            }
          }
        });
    params = found.stream().mapToDouble(one -> one[0]).toArray();
    exponents = found.stream().mapToDouble(one -> one[1]).toArray();
    prices = found.stream().mapToDouble(one -> one[2]).toArray();
  }

  /**
   * Exponent A and price B of falls B D^-A (1 − ratio^-A). Where all ratios are one the logarithms
   * lie on a line; else each is first divided by its own last factor.
   */
  private static double[] powerLaw(List<Fall> falls) {
    double[] lnTokens = falls.stream().mapToDouble(fall -> Math.log(fall.tokens)).toArray();
    double exponent = FIRST_EXPONENT;
    double lnPrice = 0;
    for (int i = 0; i < SELF_CONSISTENT; i++) {
      double last = exponent;
      double[] ln =
          falls.stream()
              .mapToDouble(fall -> Math.log(fall.loss / (1 - Math.pow(fall.ratio, -last))))
              .toArray();
      double[] line = LinearFit.line(lnTokens, ln).coefficients();
      lnPrice = line[0];
      exponent = Math.max(0.01, -line[1]);
    }
    return new double[] {exponent, Math.exp(lnPrice)};
  }

  /** The estimate, and what it becomes with the exponents of N held at other usual values. */
  private List<double[]> joined() {
    Stretched exponent = lowest(e -> Stretched.through(e, params, exponents), this::ofExponents);
    Stretched price = lowest(e -> Stretched.through(-e, params, prices), this::ofPrices);
    for (int round = 0; round < ROUNDS; round++) {
      Stretched givenPrice = price;
      exponent = lowest(e -> Stretched.through(e, params, exponents), s -> ofFalls(s, givenPrice));
      Stretched givenExponent = exponent;
      price = lowest(e -> Stretched.through(-e, params, prices), s -> ofFalls(givenExponent, s));
    }
    List<double[]> found = new ArrayList<>();
    found.add(withFloor(exponent, price));
    for (double e : OTHERS) {
      for (double p : OTHERS) {
        found.add(
            withFloor(
                Stretched.through(e, params, exponents), Stretched.through(-p, params, prices)));
      }
    }
    return found;
  }

  private double[] withFloor(Stretched exponent, Stretched price) {
    double[] floors = floors(exponent, price);
    Stretched floor =
        lowest(e -> Stretched.through(e, params, floors), s -> squares(params, floors, s));
    return new double[] {
      floor.a,
      floor.exponent,
      floor.b,
      price.a,
      price.exponent,
      price.b,
      exponent.a,
      exponent.exponent,
      exponent.b
    };
  }

  /** Mean over D of what finite data leave of the loss, at every size. */
  private double[] floors(Stretched exponent, Stretched price) {
    double[] floors = new double[params.length];
    for (int i = 0; i < floors.length; i++) {
      double size = params[i];
      floors[i] =
          rows.stream()
              .filter(row -> row.at().params() == size)
              .mapToDouble(
                  row ->
                      row.loss() - price.at(size) * Math.pow(row.at().tokens(), -exponent.at(size)))
              .average()
              .orElseThrow();
      floors[i] = Math.max(floors[i], Double.MIN_NORMAL);
    }
    return floors;
  }

  private interface Cost {
    double of(Stretched candidate);
  }

  private static Stretched lowest(DoubleFunction<Stretched> candidates, Cost cost) {
    Best<Stretched> best = new Best<>(1);
    for (double e = LOWEST; e < HIGHEST; e *= RATIO) {
      Stretched candidate = candidates.apply(e);
      best.offer(cost.of(candidate), candidate);
    }
    return best.all().get(0);
  }

  private double ofExponents(Stretched candidate) {
    return squares(params, exponents, candidate);
  }

  private double ofPrices(Stretched candidate) {
    return squares(params, prices, candidate);
  }

  private static double squares(double[] params, double[] y, Stretched candidate) {
    double squares = 0;
    for (int i = 0; i < params.length; i++) {
      double residual = Math.log(y[i] / candidate.at(params[i]));
      squares += residual * residual;
    }
    return squares;
  }

  private double ofFalls(Stretched exponent, Stretched price) {
    double squares = 0;
    for (Fall fall : falls) {
      double a = exponent.at(fall.params);
      double predicted =
          price.at(fall.params) * Math.pow(fall.tokens, -a) * (1 - Math.pow(fall.ratio, -a));
      squares += (predicted - fall.loss) * (predicted - fall.loss);
    }
    return squares;
  }
}
