package kleiber.fit;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The standard normal distribution from a table, to 1e-9: for sums over thousands of resamples,
 * where the exact function takes most of the time. Cubic between places, by values and slopes.
 */
final class NormalTable {
  private static final int END = 8;
  private static final int PER_UNIT = 64;
  private static final double[] DENSITY = new double[2 * END * PER_UNIT + 1];
  private static final double[] CUMULATIVE = new double[DENSITY.length];

  static {
    NormalDistribution normal = new NormalDistribution();
    for (int i = 0; i < DENSITY.length; i++) {
      double z = (double) i / PER_UNIT - END;
      DENSITY[i] = normal.density(z);
      CUMULATIVE[i] = normal.cumulativeProbability(z);
    }
  }

  private NormalTable() {}

  /** Share of the distribution below z. */
  static double cumulative(double z) {
    if (!(Math.abs(z) < END)) {
      return z < 0 ? 0 : 1;
    }
    double place = (z + END) * PER_UNIT;
    int i = (int) place;
    double t = place - i;
    double rise = CUMULATIVE[i + 1] - CUMULATIVE[i];
    double left = DENSITY[i] / PER_UNIT - rise;
    double right = rise - DENSITY[i + 1] / PER_UNIT;
    return CUMULATIVE[i] + t * (rise + (1 - t) * (left * (1 - t) + right * t));
  }

  /** Density at z, linear between places: good enough for a slope. */
  static double density(double z) {
    if (!(Math.abs(z) < END)) {
      return 0;
    }
    double place = (z + END) * PER_UNIT;
    int i = (int) place;
    return DENSITY[i] + (place - i) * (DENSITY[i + 1] - DENSITY[i]);
  }
}
