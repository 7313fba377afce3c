package kleiber.train;

import java.util.Map;
import kleiber.data.ShuffledWindows;

/** One run of a cohort while it trains: its data, its learning rate, and what its log is told. */
final class Member {
  /** Times the loss of guessing evenly; no model starts or ends there unless it has diverged. */
  private static final double WORSE_THAN_GUESSING = 2;

  private final int number;
  private final TrainingSpec spec;
  private final Facts facts;
  private final ShuffledWindows windows;
  private final Trainer.Log log;

  private boolean active = true;
  private double fractionOfPeak;
  private double gradientNorm;
  private double lossSum;
  private long lossSteps;

  /**
   * @param number its place in the cohort
   */
  Member(int number, TrainingSpec spec, Facts facts, ShuffledWindows windows, Trainer.Log log) {
    this.number = number;
    this.spec = spec;
    this.facts = facts;
    this.windows = windows;
    this.log = log;
  }

  /** Whether it still trains: it has neither diverged nor finished. */
  boolean active() {
    return active;
  }

  AdamW optimizer() {
    return spec.optimizer();
  }

  /** Of the step last taken. */
  double fractionOfPeak() {
    return fractionOfPeak;
  }

  /** Reads the batch of a step into its rows of [M, B, T]. */
  void read(long step, int[] inputs_MxBxT, int[] targets_MxBxT) {
    for (int row = 0; row < spec.batch(); row++) {
      int offset = (number * spec.batch() + row) * spec.context();
      windows.read((step - 1) * spec.batch() + row, inputs_MxBxT, targets_MxBxT, offset);
    }
  }

  /** Notes a step's loss and gradient norm; false when it is not to be taken. */
  boolean takes(long step, double loss, double norm) {
    if (!active) {
      return false;
    }
    if (!Double.isFinite(loss)) {
      return diverge(step, "the training loss is " + word(loss));
    }
    if (!Double.isFinite(norm)) {
      return diverge(step, "the gradient norm is " + word(norm));
    }
    fractionOfPeak = spec.schedule().at((step - 1) * spec.tokensPerStep(), spec.tokens());
    gradientNorm = norm;
    lossSum += loss;
    lossSteps++;
    log.progress(number, step, spec.steps());
    return true;
  }

  void checkpoint(long step, Map<String, Checkpoint.HeldOutLoss> heldOut) {
    if (!active) {
      return;
    }
    long tokens = step * spec.tokensPerStep();
    log.checkpoint(
        number,
        new Checkpoint(
            step,
            tokens,
            (double) tokens / facts.uniqueTokens(),
            tokens * facts.trainingFlopsPerToken(),
            spec.optimizer().learningRate() * fractionOfPeak,
            fractionOfPeak,
            lossSum / lossSteps,
            gradientNorm,
            heldOut));
    lossSum = 0;
    lossSteps = 0;
    double guessing = Math.log(facts.vocabulary());
    heldOut.forEach(
        (name, scored) -> {
          if (active && !Double.isFinite(scored.loss())) {
            diverge(step, "the loss on held-out set " + name + " is " + word(scored.loss()));
          } else if (active && scored.loss() > WORSE_THAN_GUESSING * guessing) {
            diverge(
                step,
                "the loss on held-out set %s is %.4g, more than twice that of guessing, ln V = %.4g"
                    .formatted(name, scored.loss(), guessing));
          }
        });
  }

  void finish() {
    if (active) {
      active = false;
      log.finished(number);
    }
  }

  private boolean diverge(long step, String what) {
    active = false;
    log.diverged(
        number,
        step,
        "%s; a peak learning rate below %.3g may help"
            .formatted(what, spec.optimizer().learningRate()));
    return false;
  }

  private static String word(double value) {
    return Double.isNaN(value) ? "not a number" : "infinite";
  }
}
