package kleiber.train;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import kleiber.data.ShuffledWindows;
import kleiber.models.Masking;

/** One run of a cohort while it trains: its data, its learning rate, and what its log is told. */
final class Member {
  /** Times the loss of guessing evenly; no model starts or ends there unless it has diverged. */
  private static final double WORSE_THAN_GUESSING = 2;

  private final int number;
  private final TrainingSpec spec;
  private final Facts facts;
  private final ShuffledWindows windows;
  private final Optional<Masking> masking;
  private final Trainer.Log log;

  private final long[] checkpoints;

  private boolean active = true;
  private int nextCheckpoint;
  private double gradientNorm;
  private double lossSum;
  private long lossSteps;

  /** What decides the training before the first step; the shape is the cohort's. */
  record Beginning(long seed, Optimizer optimizer) {}

  /**
   * @param number its place in the cohort
   */
  Member(int number, TrainingSpec spec, Facts facts, ShuffledWindows windows, Trainer.Log log) {
    this.number = number;
    this.spec = spec;
    this.facts = facts;
    this.windows = windows;
    this.masking = spec.model().masking();
    this.log = log;
    this.checkpoints = spec.checkpoints().tokens(spec.tokens());
  }

  /** Its place in the cohort. */
  int number() {
    return number;
  }

  /** What a snapshot keeps of it. */
  Snapshot.State state(int model) {
    return new Snapshot.State(number, model, nextCheckpoint, gradientNorm, lossSum, lossSteps);
  }

  /** Goes on from where it was saved. */
  void resume(Snapshot.State state) {
    nextCheckpoint = state.nextCheckpoint();
    gradientNorm = state.gradientNorm();
    lossSum = state.lossSum();
    lossSteps = state.lossSteps();
  }

  /** Whether it still trains: it has neither diverged nor finished, and someone wants to know. */
  boolean active() {
    return active && log.wanted(number);
  }

  Beginning beginning() {
    return new Beginning(spec.seed(), spec.optimizer());
  }

  /** How many it takes in all. */
  long steps() {
    return spec.steps();
  }

  Optimizer optimizer() {
    return spec.optimizer();
  }

  double fractionOfPeak(long step) {
    return spec.fractionOfPeak(step);
  }

  /** Reads the batch of a step into the rows of a model in [M, B, T]. */
  void read(long step, int model, int[] inputs_MxBxT, int[] targets_MxBxT) {
    for (int row = 0; row < spec.batch(); row++) {
      int offset = (model * spec.batch() + row) * spec.context();
      long number = (step - 1) * spec.batch() + row;
      windows.read(number, inputs_MxBxT, targets_MxBxT, offset);
      if (masking.isPresent()) {
        masking
            .get()
            .mask(
                spec.seed(),
                number,
                facts.vocabulary(),
                inputs_MxBxT,
                targets_MxBxT,
                offset,
                spec.context());
      }
    }
  }

  /** Notes a step's loss and gradient norm; it was not taken if one of them is no finite number. */
  void note(long step, double loss, double norm) {
    if (!active()) {
      return;
    }
    if (!Double.isFinite(loss)) {
      diverge(step, "the training loss is " + word(loss));
    } else if (!Double.isFinite(norm)) {
      diverge(step, "the gradient norm is " + word(norm));
    } else {
      gradientNorm = norm;
      lossSum += loss;
      lossSteps++;
      log.progress(number, step, spec.steps());
    }
  }

  /** Whether a checkpoint lies between the one logged last and the end of a step. */
  boolean due(long step) {
    return active()
        && nextCheckpoint < checkpoints.length
        && checkpoints[nextCheckpoint] <= step * spec.tokensPerStep();
  }

  void checkpoint(
      long step,
      Map<String, Checkpoint.HeldOutLoss> heldOut,
      Optional<Map<String, Double>> evaluations) {
    long tokens = step * spec.tokensPerStep();
    while (nextCheckpoint < checkpoints.length && checkpoints[nextCheckpoint] <= tokens) {
      nextCheckpoint++;
    }
    double fractionOfPeak = spec.fractionOfPeak(step);
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
            step == spec.steps() ? heldOut : asWhole(heldOut),
            evaluations));
    lossSum = 0;
    lossSteps = 0;
    double guessing = Math.log(facts.vocabulary());
    heldOut.forEach(
        (name, scored) -> {
          if (name.endsWith(TrainingSpec.AVERAGED) && !spec.heldOut().containsKey(name)) {
            return; // of averaged weights, of which the training knows nothing
          }
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

  /** Losses without those at each position, which are told once. */
  private static Map<String, Checkpoint.HeldOutLoss> asWhole(
      Map<String, Checkpoint.HeldOutLoss> heldOut) {
    Map<String, Checkpoint.HeldOutLoss> whole = new TreeMap<>();
    heldOut.forEach((name, loss) -> whole.put(name, loss.asWhole()));
    return whole;
  }

  /** Ends the run when the step was its last. */
  void finish(long step, Supplier<Snapshot.Tensors> weights) {
    if (step == spec.steps() && active()) {
      active = false;
      log.weights(number, weights.get());
      log.finished(number);
    }
  }

  private void diverge(long step, String what) {
    active = false;
    log.diverged(
        number,
        step,
        "%s; a peak learning rate below %.3g may help"
            .formatted(what, spec.optimizer().learningRate()));
  }

  private static String word(double value) {
    return Double.isNaN(value) ? "not a number" : "infinite";
  }
}
