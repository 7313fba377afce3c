package kleiber.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A numeric axis.
 *
 * @param label what it shows, with its unit
 * @param low its lower end
 * @param high its upper end
 * @param logarithmic whether equal steps are equal factors
 */
record Axis(String label, double low, double high, boolean logarithmic) {
  private static final double MARGIN = 0.05;
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  Axis {
    if (!(low < high) || logarithmic && !(low > 0)) {
      throw new IllegalArgumentException("axis " + label + " from " + low + " to " + high);
    }
  }

  /** An axis of factors that shows every positive value. */
  static Axis log(String label, DoubleStream values) {
    double[] range = range(values.filter(value -> value > 0).map(Math::log));
    return new Axis(label, Math.exp(range[0]), Math.exp(range[1]), true);
  }

  /** An axis of differences that shows every value. */
  static Axis linear(String label, DoubleStream values) {
    double[] range = range(values);
    return new Axis(label, range[0], range[1], false);
  }

  /** An axis of differences that shows every value and zero, zero in the middle. */
  static Axis aroundZero(String label, DoubleStream values) {
    double reach = range(DoubleStream.concat(DoubleStream.of(0), values.map(Math::abs)))[1];
    return new Axis(label, -reach, reach, false);
  }

  /** The place of a value: 0 at the lower end, 1 at the upper. */
  double place(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  /** Round values on the axis, ascending; four to nine where there is room for them. */
  List<Double> ticks() {
    double decades = logarithmic ? Math.log10(high / low) : 0;
    if (decades < 1.2) {
      return roundSteps(high - low);
    }
    double[] digits = decades < 3 ? new double[] {1, 2, 5} : new double[] {1};
    int stride = Math.max(1, (int) Math.ceil(decades / 8));
    List<Double> ticks = new ArrayList<>();
    for (int exponent = (int) Math.floor(Math.log10(low)); ; exponent++) {
      for (double digit : digits) {
        double tick = digit * Math.pow(10, exponent);
        if (tick > high) {
          return ticks;
        }
        if (tick >= low && Math.floorMod(exponent, stride) == 0) {
          ticks.add(tick);
        }
      }
    }
  }

  /** A tick as it is written: {@code 2.5}, {@code 10⁶}, {@code 2×10⁶}. */
  static String format(double tick) {
    double size = Math.abs(tick);
    if (tick == 0 || size >= 1e-3 && size < 1e4) {
      return plain(tick, 6).replace('-', '−');
    }
    int exponent = (int) Math.floor(Math.log10(size) + 1e-9);
    double digit = tick / Math.pow(10, exponent);
    StringBuilder power = new StringBuilder("10").append(exponent < 0 ? "⁻" : "");
    Integer.toString(Math.abs(exponent))
        .chars()
        .forEach(c -> power.append(SUPERSCRIPTS.charAt(c - '0')));
    String factor = plain(digit, 3);
    return factor.equals("1") ? power.toString() : factor + "×" + power;
  }

  /** So many decimals at most, without trailing zeros. */
  private static String plain(double value, int decimals) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private List<Double> roundSteps(double span) {
    double raw = span / 4;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        DoubleStream.of(1, 2, 5).map(f -> f * power).filter(s -> s <= raw).max().orElse(power);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high * (1 + 1e-9); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static double[] range(DoubleStream values) {
    var summary = values.filter(Double::isFinite).summaryStatistics();
    if (summary.getCount() == 0) {
      return new double[] {0, 1};
    }
    double span = summary.getMax() - summary.getMin();
    double margin = span > 0 ? MARGIN * span : 0.1;
    return new double[] {summary.getMin() - margin, summary.getMax() + margin};
  }
}
