package kleiber.observe;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as a sentence or a table prints them: no more digits than they carry. */
public final class Quantity {
  private Quantity() {}

  /** A count such as parameters, tokens or FLOPs: {@code 115392}, {@code 1.18e12}. */
  public static String count(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (Math.abs(value) < 1e6 && value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    return significant(value, 3);
  }

  /** A value to so many significant digits, trailing zeros dropped. */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 5) {
      return rounded.toPlainString();
    }
    BigDecimal mantissa = rounded.movePointLeft(exponent).stripTrailingZeros();
    return mantissa.toPlainString() + "e" + exponent;
  }

  /** A value with as many decimals as its error to two digits has, but at least two. */
  public static String within(double value, double error) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    return fixed(value, decimals(error));
  }

  /** {@code 1.905 ± 0.004}, or the value alone where the error is not known. */
  public static String plusMinus(double value, double error) {
    return error > 0 && Double.isFinite(error)
        ? within(value, error) + " ± " + within(error, error)
        : within(value, error);
  }

  /** A fraction as a percentage to two significant digits: {@code 0.37 %}. */
  public static String percent(double fraction) {
    if (!Double.isFinite(fraction)) {
      return "–";
    }
    double percent = 100 * fraction;
    String text = Math.abs(percent) >= 10 ? fixed(percent, 0) : significant(percent, 2);
    return text.replace('-', '−') + " %";
  }

  private static String fixed(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  private static int decimals(double error) {
    if (!(error > 0) || !Double.isFinite(error)) {
      return 4;
    }
    return (int) Math.clamp(1 - Math.floor(Math.log10(error)), 2, 6);
  }
}
