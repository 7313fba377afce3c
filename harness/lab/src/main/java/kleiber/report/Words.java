package kleiber.report;

import java.util.Locale;

/** Names of constants as a reader sees them. */
final class Words {
  private Words() {}

  /** {@code NON_EMBEDDING} reads {@code non-embedding}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
