package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import kleiber.laws.LearningRates;
import kleiber.train.TrainingSpec;

/**
 * The learning rates of a whole run, from its spec; those of a branch begin with its trunk's. Kept
 * at the few steps between which straight lines miss no step by more than a ten-thousandth of the
 * peak.
 */
final class RateHistory {
  private static final double TOLERANCE = 1e-4;

  private RateHistory() {}

  static LearningRates of(TrainingSpec spec) {
    List<Long> knots = new ArrayList<>();
    long from = 0;
    double atFrom = 0;
    double before = 0;
    double least = Double.NEGATIVE_INFINITY;
    double most = Double.POSITIVE_INFINITY;
    for (long step = 1; step <= spec.steps(); step++) {
      double fraction = spec.fractionOfPeak(step);
      double slope = (fraction - atFrom) / (step - from);
      if (slope < least || slope > most) { // a line to here would miss a step that it passes
        from = step - 1;
        atFrom = before;
        knots.add(from);
        least = Double.NEGATIVE_INFINITY;
        most = Double.POSITIVE_INFINITY;
      }
      least = Math.max(least, (fraction - TOLERANCE - atFrom) / (step - from));
      most = Math.min(most, (fraction + TOLERANCE - atFrom) / (step - from));
      before = fraction;
    }
    knots.add(spec.steps());
    double peak = spec.optimizer().learningRate();
    return LearningRates.through(
        knots.stream().mapToDouble(step -> step).toArray(),
        knots.stream().mapToDouble(step -> peak * spec.fractionOfPeak(step)).toArray());
  }
}
