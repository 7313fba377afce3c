package kleiber.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.LongSupplier;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;

/**
 * Times the steps of one lane, of its first member, by their mean: a run takes the sum of its
 * steps, those included in which it waits for a core or memory is tidied.
 */
final class Stopwatch implements Trainer.Log {
  /** Share of the time in which caches and code for the shape warm up. */
  private static final double WARM_UP = 0.4;

  private static final int LEAST_STEPS = 5;

  /** Seconds beyond those asked for, after which a shape that shows no steps is given up. */
  private static final double PATIENCE = 60;

  private final LongSupplier clock;
  private final double seconds;
  private final long start;
  private final Mean plain = new Mean();
  private final Mean withScoring = new Mean();
  private long heldOutTokens;
  private long steps;
  private long scorings;
  private long last;
  private boolean scored;

  private static final class Mean {
    long count;
    double sum;

    void add(double value) {
      count++;
      sum += value;
    }

    double value() {
      return sum / count;
    }
  }

  /**
   * Starts.
   *
   * @param clock in nanoseconds
   * @param seconds to train
   */
  Stopwatch(LongSupplier clock, double seconds) {
    this.clock = clock;
    this.seconds = seconds;
    start = clock.getAsLong();
  }

  Lap time(Trainer trainer, List<TrainingSpec> cohort) {
    try {
      while (!enough()) {
        last = 0;
        trainer.train(cohort, this::enough, this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lap();
  }

  /** What was done so far. */
  Lap lap() {
    double scoring = Math.max(0, withScoring.value() - plain.value());
    return new Lap(
        new Speed(plain.value(), scoring / heldOutTokens),
        steps,
        (double) scorings * heldOutTokens);
  }

  private double elapsed(long now) {
    return (now - start) * 1e-9;
  }

  private boolean enough() {
    double elapsed = elapsed(clock.getAsLong());
    if (elapsed > seconds + PATIENCE && (plain.count == 0 || withScoring.count == 0)) {
      throw new UncheckedIOException(
          new IOException("no step could be timed: the runs are of too few steps, or diverge"));
    }
    return elapsed > seconds && plain.count >= LEAST_STEPS && withScoring.count > 0;
  }

  @Override
  public void opened(int member, Facts facts) {
    heldOutTokens = facts.heldOut().values().stream().mapToLong(Facts.HeldOutFacts::tokens).sum();
  }

  @Override
  public void progress(int member, long step, long of) {
    if (member == 0) {
      long now = clock.getAsLong();
      if (last > 0 && elapsed(now) > WARM_UP * seconds) {
        (scored ? withScoring : plain).add((now - last) * 1e-9);
      }
      steps++;
      last = now;
      scored = false;
    }
  }

  @Override
  public void checkpoint(int member, Checkpoint checkpoint) {
    if (member == 0) {
      scored = true;
      scorings++;
    }
  }

  @Override
  public void finished(int member) {}

  @Override
  public void diverged(int member, long step, String reason) {}
}
