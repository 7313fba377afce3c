package kleiber.live;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A grid at one moment, as one value: all that a terminal or a browser shows of it.
 *
 * @param name of the experiment
 * @param question in a sentence
 * @param unit of the losses
 * @param runs in the order of the experiment
 * @param cohorts that are being trained
 * @param flops of the whole grid; steps that branches of a trunk share count once
 * @param flopsDone of those; a run that ended early counts as done
 * @param events the latest first
 */
public record GridState(
    String name,
    String question,
    String unit,
    List<RunNow> runs,
    List<CohortNow> cohorts,
    double flops,
    double flopsDone,
    List<Event> events) {
  public GridState {
    runs = List.copyOf(runs);
    cohorts = List.copyOf(cohorts);
    events = List.copyOf(events);
  }

  /**
   * A run.
   *
   * @param params N as the experiment counts it
   * @param planned D, training tokens
   * @param tokens seen so far
   * @param loss on the held-out set that the experiment fits, when one was measured
   * @param reason why it is not done, when that is known
   */
  public record RunNow(
      String id,
      RunState state,
      double params,
      long planned,
      long tokens,
      OptionalDouble loss,
      String reason) {
    /** How much of its tokens it has seen. */
    public double share() {
      return state == RunState.DONE ? 1 : Math.min(1, (double) tokens / planned);
    }
  }

  /**
   * Runs of one shape that are trained together.
   *
   * @param device that they are trained on, one word of {@code --devices}
   * @param leader the process that leads them: a checksum of its machine, and its number there
   * @param threads of the device
   * @param runs ids of those that have not ended
   * @param params N of the first
   * @param share of their tokens that they have seen
   * @param tokensPerSecond of all together
   * @param flopsPerSecond of all together
   * @param peak FLOPs per second that the device's threads can multiply, where that was measured
   * @param silentSeconds since something was last heard of them
   */
  public record CohortNow(
      String device,
      String leader,
      int threads,
      List<String> runs,
      double params,
      double share,
      double tokensPerSecond,
      double flopsPerSecond,
      OptionalDouble peak,
      double silentSeconds) {
    public CohortNow {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Something that happened to a run.
   *
   * @param millis since 1970, by the clock of the machine that it happened on
   * @param text such as {@code done, loss 1.4321}
   */
  public record Event(long millis, String run, RunState state, String text) {}

  /** Runs in a state. */
  public long count(RunState state) {
    return runs.stream().filter(run -> run.state() == state).count();
  }

  /** Runs of which nothing is left to do, those that failed included. */
  public long ended() {
    return runs.stream().filter(run -> run.state().isEnd()).count();
  }

  /** Whether every run has come to an end. */
  public boolean over() {
    return ended() == runs.size();
  }

  /** Tokens per second of all that trains. */
  public double tokensPerSecond() {
    return cohorts.stream().mapToDouble(CohortNow::tokensPerSecond).sum();
  }

  /** FLOPs per second of all that trains. */
  public double flopsPerSecond() {
    return cohorts.stream().mapToDouble(CohortNow::flopsPerSecond).sum();
  }

  /** Time to go at this speed; empty when nothing trains. */
  public OptionalDouble secondsLeft() {
    double speed = flopsPerSecond();
    return over()
        ? OptionalDouble.of(0)
        : speed > 0
            ? OptionalDouble.of(Math.max(0, flops - flopsDone) / speed)
            : OptionalDouble.empty();
  }

  /**
   * Share of the peak that a device reaches with all its cohorts; empty where that is not known.
   */
  public static OptionalDouble shareOfPeak(List<CohortNow> ofDevice) {
    double[] peaks = ofDevice.stream().flatMapToDouble(cohort -> cohort.peak().stream()).toArray();
    return peaks.length < ofDevice.size() || peaks.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            ofDevice.stream().mapToDouble(CohortNow::flopsPerSecond).sum()
                / Arrays.stream(peaks).max().getAsDouble());
  }
}
