package kleiber.fit;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers in sentences, as {@code %g} writes them. A sentence may be made in a browser, where that
 * format is not known.
 */
public final class Digits {
  private Digits() {}

  /** A value to so many significant digits: {@code 0.5000}, {@code 1.2e+07}. */
  public static String of(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_UP));
    int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < digits) {
      return rounded.setScale(digits - 1 - exponent, RoundingMode.HALF_UP).toPlainString();
    }
    String mantissa =
        rounded.movePointLeft(exponent).setScale(digits - 1, RoundingMode.HALF_UP).toPlainString();
    String power = Integer.toString(Math.abs(exponent));
    return mantissa + (exponent < 0 ? "e-" : "e+") + (power.length() < 2 ? "0" + power : power);
  }
}
