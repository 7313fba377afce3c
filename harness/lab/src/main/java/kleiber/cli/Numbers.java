package kleiber.cli;

import java.util.Locale;

/** Numbers as people read them; those of a fit are {@link kleiber.observe.Quantity}'s. */
final class Numbers {
  private static final String[] UNITS = {"", "k", "M", "G", "T", "P", "E"};

  private Numbers() {}

  /** Three significant digits and a unit: 12.3k, 4.56M. */
  static String count(double value) {
    int unit = 0;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    if (unit == 0 && value == Math.rint(value)) {
      return String.valueOf((long) value);
    }
    int decimals = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", value, UNITS[unit]);
  }

  /** What files take: 0.4 MB, 1234.5 MB. */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** A time to go or gone: 42 s, 3 min 20 s, 2 h 5 min. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }
}
