package kleiber.experiment;

import java.util.Locale;

/** Names of constants as files and readers see them. */
public final class Words {
  private Words() {}

  /** {@code NON_EMBEDDING} reads {@code non-embedding}. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
