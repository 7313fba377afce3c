package kleiber.data;

/** How records of settings refuse nonsense. */
public final class Settings {
  /** Numbers in the tables of one distribution; as many fit into 32 MiB. */
  private static final double MOST_NUMBERS = 1 << 22;

  private Settings() {}

  /** Throws a sentence that names the setting, what was given and what was expected. */
  public static void require(boolean holds, String name, Object given, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + given + " but must be " + expected);
    }
  }

  static void requireBetween(int low, int high, String name, int given) {
    require(given >= low && given <= high, name, given, "between " + low + " and " + high);
  }

  /** Of logits whose deviation it is: beyond it every row is one token. */
  static void requireSharpness(String name, double given) {
    require(given >= 0 && given <= 20, name, given, "between 0 (all alike) and 20");
  }

  static void requireTable(double numbers, String what) {
    if (numbers > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "%s would take a table of %.3g numbers, but %.3g are allowed; give smaller ones"
              .formatted(what, numbers, MOST_NUMBERS));
    }
  }
}
