package kleiber.train;

import static kleiber.data.Settings.require;

/** Limits that the settings of every optimizer share. */
final class OptimizerSettings {
  private OptimizerSettings() {}

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
}
