package kleiber.estimate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * Whether losses fall along an axis all the way, as nearly every law says they must, or rise again
 * for more than noise. The best curve that only falls is compared with the best that falls and then
 * rises (both by least squares on ln L, without any formula); noise is what the second leaves, and
 * how often noise alone would look like this is found by adding it anew to the first.
 *
 * <p>McKenzie et al. 2023, <i>Inverse Scaling</i> (arXiv:2306.09479) is the case in point; the
 * curves are Ayer et al. 1955 (pool adjacent violators).
 *
 * @param turn where along the axis the second curve is lowest
 * @param rise of ln L from there to its end
 * @param pValue share of falling curves with noise that would gain as much from a rise
 */
public record Monotonicity(double turn, double rise, double pValue) {
  private static final int DRAWS = 999;

  /** Whether a law that only falls must be refused. */
  public boolean refused(double level) {
    return pValue < level;
  }

  /** What a user must know. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "Losses are lowest near %.4g and %.1f %% higher at the end; noise alone looks like this in"
            + " %.1f %% of cases.",
        turn,
        100 * Math.expm1(rise),
        100 * pValue);
  }

  /**
   * Compares the two curves.
   *
   * @param axis what the loss should fall with
   * @param seed of the noise that is added
   * @throws IllegalArgumentException when there are fewer than five points
   */
  public static Monotonicity along(
      ToDoubleFunction<Scale> axis, List<Observation> rows, long seed) {
    if (rows.size() < 5) {
      throw new IllegalArgumentException(
          "Whether losses fall all the way cannot be told from "
              + rows.size()
              + " points; at least 5 are needed.");
    }
    List<Observation> sorted =
        rows.stream()
            .sorted(Comparator.comparingDouble(row -> axis.applyAsDouble(row.at())))
            .toList();
    double[] y = sorted.stream().mapToDouble(row -> Math.log(row.loss())).toArray();
    double[] falling = falling(y);
    Valley valley = Valley.of(y);
    double gain = gain(y);
    double deviation =
        Math.max(1e-9, Math.sqrt(squares(y, valley.curve) / Math.max(1, y.length - 3)));
    Random random = new Random(seed);
    int asMuch = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] made = falling.clone();
      for (int i = 0; i < made.length; i++) {
        made[i] += deviation * random.nextGaussian();
      }
      asMuch += gain(made) >= gain ? 1 : 0;
    }
    return new Monotonicity(
        axis.applyAsDouble(sorted.get(valley.turn).at()),
        valley.curve[y.length - 1] - valley.curve[valley.turn],
        asMuch / (DRAWS + 1.0));
  }

  /** The best curve that falls to a point and rises after it. */
  private record Valley(int turn, double[] curve) {
    static Valley of(double[] y) {
      Valley best = null;
      double least = Double.POSITIVE_INFINITY;
      for (int turn = 0; turn < y.length; turn++) {
        double[] curve = new double[y.length];
        double[] left = falling(Arrays.copyOfRange(y, 0, turn + 1));
        double[] right = rising(Arrays.copyOfRange(y, turn + 1, y.length));
        System.arraycopy(left, 0, curve, 0, left.length);
        System.arraycopy(right, 0, curve, left.length, right.length);
        double squares = squares(y, curve);
        if (squares < least) {
          least = squares;
          best = new Valley(turn, curve);
        }
      }
      return best;
    }
  }

  /** By how much a rise lowers the sum of squares, in units of what is left. */
  private static double gain(double[] y) {
    double withRise = squares(y, Valley.of(y).curve);
    return (squares(y, falling(y)) - withRise) / Math.max(withRise, Double.MIN_NORMAL);
  }

  private static double squares(double[] y, double[] curve) {
    double squares = 0;
    for (int i = 0; i < y.length; i++) {
      squares += (y[i] - curve[i]) * (y[i] - curve[i]);
    }
    return squares;
  }

  private static double[] rising(double[] y) {
    double[] negated = Arrays.stream(y).map(value -> -value).toArray();
    return Arrays.stream(falling(negated)).map(value -> -value).toArray();
  }

  /** The falling curve of least squares: neighbours in the wrong order become their mean. */
  private static double[] falling(double[] y) {
    double[] mean = new double[y.length];
    int[] count = new int[y.length];
    int blocks = 0;
    for (double value : y) {
      mean[blocks] = value;
      count[blocks++] = 1;
      while (blocks > 1 && mean[blocks - 2] < mean[blocks - 1]) {
        int joined = count[blocks - 2] + count[blocks - 1];
        mean[blocks - 2] =
            (mean[blocks - 2] * count[blocks - 2] + mean[blocks - 1] * count[blocks - 1]) / joined;
        count[blocks - 2] = joined;
        blocks--;
      }
    }
    double[] curve = new double[y.length];
    int i = 0;
    for (int block = 0; block < blocks; block++) {
      Arrays.fill(curve, i, i + count[block], mean[block]);
      i += count[block];
    }
    return curve;
  }
}
