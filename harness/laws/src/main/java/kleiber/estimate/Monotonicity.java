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
 * curves are Ayer et al. 1955 (pool adjacent violators). Takes time in proportion to the points.
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
      double[] left = squaresOfPrefixes(y);
      double[] right = squaresOfPrefixes(reversed(y));
      int turn = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int last = 0; last < y.length; last++) {
        double squares = left[last + 1] + right[y.length - 1 - last];
        if (squares < least) {
          least = squares;
          turn = last;
        }
      }
      double[] curve = Arrays.copyOf(falling(Arrays.copyOf(y, turn + 1)), y.length);
      double[] rest = reversed(falling(reversed(Arrays.copyOfRange(y, turn + 1, y.length))));
      System.arraycopy(rest, 0, curve, turn + 1, rest.length);
      return new Valley(turn, curve);
    }
  }

  private static double[] reversed(double[] y) {
    double[] reversed = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      reversed[i] = y[y.length - 1 - i];
    }
    return reversed;
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

  /** The falling curve of least squares: neighbours in the wrong order become their mean. */
  private static double[] falling(double[] y) {
    Blocks blocks = new Blocks(y.length);
    for (double value : y) {
      blocks.add(value);
    }
    double[] curve = new double[y.length];
    int i = 0;
    for (int block = 0; block < blocks.size; block++) {
      Arrays.fill(curve, i, i + blocks.count[block], blocks.mean[block]);
      i += blocks.count[block];
    }
    return curve;
  }

  /** Least sum of squares of falling curves through the first 0, 1, 2, … points. */
  private static double[] squaresOfPrefixes(double[] y) {
    Blocks blocks = new Blocks(y.length);
    double[] squares = new double[y.length + 1];
    for (int i = 0; i < y.length; i++) {
      blocks.add(y[i]);
      squares[i + 1] = blocks.squares;
    }
    return squares;
  }

  /** Points that share a value of a falling curve, and what that costs. */
  private static final class Blocks {
    final double[] mean;
    final int[] count;
    int size;
    double squares;

    Blocks(int most) {
      mean = new double[most];
      count = new int[most];
    }

    void add(double value) {
      mean[size] = value;
      count[size++] = 1;
      while (size > 1 && mean[size - 2] < mean[size - 1]) {
        int joined = count[size - 2] + count[size - 1];
        double apart = mean[size - 1] - mean[size - 2];
        squares += (double) count[size - 2] * count[size - 1] / joined * apart * apart;
        mean[size - 2] += apart * count[size - 1] / joined;
        count[size - 2] = joined;
        size--;
      }
    }
  }
}
