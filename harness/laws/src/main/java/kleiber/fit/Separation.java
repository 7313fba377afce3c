package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.laws.BoundLaw;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Parameter;

/**
 * Which exponents the basis function of each amplitude depends on, as the law's own gradient shows
 * at a few rows. In A N^-α + B D^-β each exponent belongs to one amplitude, so functions of α can
 * be tabulated alone and derivatives by α and β be taken at once.
 */
final class Separation {
  private static final double[] AT = {0.31, 0.47, 0.62};
  private static final double SHIFT = 0.07;
  private static final int ROWS = 5;

  /** Parameters that are no amplitudes, ascending. */
  final int[] exponents;

  /** By amplitude, in the order of the law's amplitudes, and exponent, in that of exponents. */
  final boolean[][] depends;

  /** By parameter: the one amplitude whose term it is part of; −1 where there are several. */
  final int[] owner;

  /** Exponents of which no two belong to one amplitude, in as few groups as that takes. */
  final int[][] groups;

  Separation(LinearInAmplitudes law, BoundLaw bound, int rows) {
    List<Parameter> parameters = law.parameters();
    int[] amplitudes = law.amplitudes();
    exponents =
        IntStream.range(0, parameters.size())
            .filter(j -> Arrays.stream(amplitudes).noneMatch(k -> k == j))
            .toArray();
    depends = new boolean[amplitudes.length][exponents.length];
    for (double at : AT) {
      probe(parameters, amplitudes, bound, rows, at);
    }
    owner = new int[parameters.size()];
    for (int k : amplitudes) {
      owner[k] = k;
    }
    for (int e = 0; e < exponents.length; e++) {
      int index = e;
      int[] owners = Arrays.stream(rangeOf(amplitudes)).filter(k -> depends[k][index]).toArray();
      owner[exponents[e]] = owners.length == 1 ? amplitudes[owners[0]] : -1;
    }
    groups = groups();
  }

  private void probe(
      List<Parameter> parameters, int[] amplitudes, BoundLaw bound, int rows, double at) {
    double[] theta = new double[parameters.size()];
    double[] before = new double[theta.length];
    double[] after = new double[theta.length];
    for (int j = 0; j < theta.length; j++) {
      theta[j] = between(parameters.get(j), at);
    }
    for (int k : amplitudes) {
      theta[k] = 1;
    }
    for (int probe = 0; probe < ROWS; probe++) {
      int row = probe * (rows - 1) / (ROWS - 1);
      bound.gradient(row, theta, before);
      for (int e = 0; e < exponents.length; e++) {
        double was = theta[exponents[e]];
        theta[exponents[e]] = between(parameters.get(exponents[e]), at + SHIFT);
        bound.gradient(row, theta, after);
        theta[exponents[e]] = was;
        for (int k = 0; k < amplitudes.length; k++) {
          depends[k][e] |= before[amplitudes[k]] != after[amplitudes[k]];
        }
      }
    }
  }

  private int[][] groups() {
    if (Arrays.stream(exponents).anyMatch(j -> owner[j] < 0)) {
      return Arrays.stream(exponents).mapToObj(j -> new int[] {j}).toArray(int[][]::new);
    }
    int[] nth = new int[owner.length];
    int[] seen = new int[owner.length];
    for (int j : exponents) {
      nth[j] = seen[owner[j]]++;
    }
    return IntStream.rangeClosed(0, Arrays.stream(exponents).map(j -> nth[j]).max().orElse(-1))
        .mapToObj(group -> Arrays.stream(exponents).filter(j -> nth[j] == group).toArray())
        .toArray(int[][]::new);
  }

  private static int[] rangeOf(int[] amplitudes) {
    return IntStream.range(0, amplitudes.length).toArray();
  }

  private static double between(Parameter parameter, double share) {
    return parameter.low() > 0
        ? parameter.low() * Math.pow(parameter.high() / parameter.low(), share)
        : parameter.low() + share * (parameter.high() - parameter.low());
  }
}
