package kleiber.train;

/** How records of settings refuse nonsense. */
final class Settings {
  private Settings() {}

  /** Throws a sentence that names the setting, what was given and what was expected. */
  static void require(boolean holds, String name, Object given, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + given + " but must be " + expected);
    }
  }

  static void requireLearningRate(double given) {
    require(given > 0 && given < 100, "learningRate", given, "above 0 and below 100");
  }

  /** Of an average over steps that goes on. */
  static void requireShare(String name, double given) {
    require(given >= 0 && given < 1, name, given, "in [0, 1)");
  }

  static void requireDecay(double given) {
    require(given >= 0 && Double.isFinite(given), "weightDecay", given, "zero or more, and finite");
  }

  static void requireClip(double given) {
    require(given > 0, "clip", given, "positive");
  }

  static void requireWarmup(long warmupTokens) {
    require(warmupTokens >= 0, "warmupTokens", warmupTokens, "zero or more tokens");
  }

  static void requireFraction(String name, double given) {
    require(given >= 0 && given <= 1, name, given, "in [0, 1]");
  }
}
