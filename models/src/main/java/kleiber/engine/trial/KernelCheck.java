package kleiber.engine.trial;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.Engine;
import kleiber.engine.naive.NaiveEngine;

/**
 * Every kernel, forward and backward with each of its options, and every optimizer, on any engine,
 * beside the plain one: how far its numbers lie from what they should be, at lengths that are
 * multiples of nothing, and how long it takes at the size of a small model.
 */
public final class KernelCheck {
  private static final long SEED = 7_311;
  private static final int MEMBERS = 2;

  /** Trials by title. */
  private final Map<String, List<EngineTrial>> odd = new LinkedHashMap<>();

  /** The first trial of a title, larger. */
  private final Map<String, EngineTrial> timed = new LinkedHashMap<>();

  private final Map<EngineTrial, EngineTrial.Result> wanted = new IdentityHashMap<>();
  private final Map<String, Double> plainSeconds = new LinkedHashMap<>();

  /**
   * What an engine makes of a kernel.
   *
   * @param error largest relative one for what is allowed; NaN where the engine failed
   * @param tolerance that rounding explains
   * @param seconds of one call forward and one backward, or of one update; NaN where it failed
   * @param fault what is wrong, as a sentence without end; empty where nothing is
   */
  public record Row(double error, double tolerance, double seconds, String fault) {
    /** Of an engine that did not come to its end. */
    public static Row failed(Throwable why) {
      return new Row(Double.NaN, Double.NaN, Double.NaN, "fails: " + why);
    }

    private Row at(double faster) {
      return new Row(error, tolerance, faster, fault);
    }

    /** Whether the engine computes it here. */
    public boolean right() {
      return fault.isEmpty();
    }
  }

  /** Takes some seconds, in which the plain engine computes what is right. */
  public KernelCheck() {
    List<OptimizerTrial> optimizers = OptimizerTrial.all(OptimizerTrial.OF_EVERY_KIND, SEED);
    List<EngineTrial> trials = new ArrayList<>(trials(new KernelCases(2, 33, 3, 6), MEMBERS));
    trials.addAll(trials(new KernelCases(37, 3, 1, 8), 1));
    trials.addAll(optimizers);
    trials.forEach(trial -> odd.computeIfAbsent(trial.title(), _ -> new ArrayList<>()).add(trial));
    List<EngineTrial> larger = new ArrayList<>(trials(new KernelCases(4, 32, 4, 16), 1));
    larger.addAll(optimizers);
    larger.forEach(trial -> timed.putIfAbsent(trial.title(), trial));
    try (Engine naive = new NaiveEngine(1)) {
      trials.forEach(trial -> wanted.put(trial, trial.run(naive)));
      timed.forEach((title, trial) -> plainSeconds.put(title, trial.seconds(naive)));
    }
  }

  private static List<Trial> trials(KernelCases cases, int members) {
    return cases.all().stream().map(kernel -> new Trial(kernel, members, SEED)).toList();
  }

  /** How long the plain engine takes, by kernel, in seconds. */
  public Map<String, Double> plainSeconds() {
    return plainSeconds;
  }

  /** By kernel, in the order of {@link #plainSeconds}. Never fails for what an engine does. */
  public Map<String, Row> rows(Engine engine) {
    Map<String, Row> rows = new LinkedHashMap<>();
    timed.forEach((title, larger) -> rows.put(title, row(engine, odd.get(title), larger)));
    // Again, now that Java has compiled what the first round called often.
    rows.replaceAll((title, row) -> row.right() ? row.at(timed.get(title).seconds(engine)) : row);
    return rows;
  }

  private Row row(Engine engine, List<EngineTrial> trials, EngineTrial larger) {
    try {
      Deviation worst = Deviation.NONE;
      for (EngineTrial trial : trials) {
        worst = worst.orWorse(trial.compare(wanted.get(trial), trial.run(engine)));
      }
      return new Row(
          worst.error(),
          worst.tolerance(),
          larger.seconds(engine),
          worst.within() ? "" : worst.toString());
    } catch (RuntimeException | LinkageError e) {
      return Row.failed(e);
    }
  }
}
