package kleiber.live;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.engine.Precision;
import kleiber.experiment.Branches;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.experiment.Words;
import kleiber.live.GridState.CohortNow;
import kleiber.live.GridState.Event;
import kleiber.live.GridState.RunNow;
import kleiber.observe.LossUnit;
import kleiber.run.Glances;
import kleiber.run.Pulse;
import kleiber.run.RunStore;
import kleiber.run.RunSummary;

/**
 * Reads the state of a grid from the files of its folder, again and again; whoever trains it, on
 * this machine or on others that share the disk. Writes nothing.
 */
public final class GridReader {
  private static final int MOST_EVENTS = 20;

  /** What the threads of a device can multiply. */
  @FunctionalInterface
  public interface Peaks {
    /** FLOPs per second in single precision; empty where nobody has measured it. */
    OptionalDouble of(String device, String processor, int threads);
  }

  /** A run's own numbers, which do not change. */
  private record Size(double params, double flopsPerToken, double ownFlops) {}

  /** What a cohort last said, and when that was new. */
  private record Heard(Pulse pulse, long nanos) {}

  /** Seconds of silence that are worth telling; less would make a new state of every look. */
  private static final double NOTICEABLE = 20;

  private final Experiment experiment;
  private final RunStore store;
  private final Peaks peaks;
  private final Glances glances;
  private final Map<String, Size> sizes = new HashMap<>();
  private final Map<String, Run> runs = new HashMap<>();
  private Map<String, Heard> heard = Map.of();

  /**
   * @throws IOException when a tokenizer that says how large a model is cannot be read
   */
  public GridReader(Experiment experiment, RunStore store, Peaks peaks) throws IOException {
    this.experiment = experiment;
    this.store = store;
    this.peaks = peaks;
    glances = new Glances(store, experiment);
    Branches branches = Branches.of(experiment.runs());
    Vocabularies vocabularies = new Vocabularies();
    for (Run run : experiment.runs()) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      runs.put(run.id(), run);
      sizes.put(
          run.id(),
          new Size(
              run.parameters(vocabulary).under(experiment.fit().params()),
              run.flops(vocabulary) / run.trainedTokens(),
              branches.flops(run, vocabulary)));
    }
  }

  /** How the grid looks now. */
  public GridState now() throws IOException {
    List<Pulse> pulses =
        store.pulses().cohorts().stream()
            .filter(pulse -> !pulse.members().isEmpty()) // or of a wider grid than was read here
            .filter(
                pulse -> pulse.members().stream().allMatch(each -> runs.containsKey(each.run())))
            .toList();
    Map<String, Long> steps = new HashMap<>();
    for (Pulse pulse : pulses) {
      pulse.members().forEach(member -> steps.merge(member.run(), member.step(), Math::max));
    }
    List<RunSummary> summaries = glances.now();
    List<RunNow> now = new ArrayList<>();
    double flops = 0;
    double done = 0;
    for (RunSummary summary : summaries) {
      RunNow run = run(summary, Optional.ofNullable(steps.get(summary.run().id())));
      now.add(run);
      double own = sizes.get(run.id()).ownFlops();
      flops += own;
      done += run.state().isEnd() ? own : run.share() * own;
    }
    return new GridState(
        experiment.name(),
        experiment.question(),
        LossUnit.of(experiment),
        now,
        cohorts(pulses),
        flops,
        done,
        events(summaries));
  }

  private RunNow run(RunSummary summary, Optional<Long> step) {
    Run run = summary.run();
    long told = step.map(steps -> steps * run.spec().tokensPerStep()).orElse(0L);
    return new RunNow(
        run.id(),
        RunState.of(summary),
        sizes.get(run.id()).params(),
        run.trainedTokens(),
        Math.max(summary.tokens(), summary.running() ? told : 0),
        Double.isFinite(summary.loss())
            ? OptionalDouble.of(summary.loss())
            : OptionalDouble.empty(),
        summary.reason().orElse(""));
  }

  private List<CohortNow> cohorts(List<Pulse> pulses) {
    Map<String, Heard> fresh = new HashMap<>();
    long now = System.nanoTime();
    List<CohortNow> cohorts = new ArrayList<>();
    for (Pulse pulse : pulses) {
      String key = pulse.members().getFirst().holder();
      Heard before = heard.get(key);
      Heard last = before != null && before.pulse().equals(pulse) ? before : new Heard(pulse, now);
      fresh.put(key, last);
      cohorts.add(cohort(pulse, (now - last.nanos()) * 1e-9));
    }
    heard = fresh; // by a look of one's own: clocks of two machines are not compared
    cohorts.sort(Comparator.comparing(CohortNow::leader).thenComparing(CohortNow::device));
    return cohorts;
  }

  private CohortNow cohort(Pulse pulse, double silentSeconds) {
    Run first = runs.get(pulse.members().getFirst().run());
    Size size = sizes.get(first.id());
    double share =
        pulse.members().stream()
            .mapToDouble(member -> (double) member.step() / runs.get(member.run()).spec().steps())
            .average()
            .orElse(0);
    String holder = pulse.members().getFirst().holder();
    return new CohortNow(
        pulse.device(),
        holder.replaceFirst("^([^-]*-[^-]*)-.*", "$1"),
        pulse.threads(),
        pulse.members().stream().map(Pulse.Member::run).toList(),
        size.params(),
        share,
        pulse.tokensPerSecond(),
        pulse.tokensPerSecond() * size.flopsPerToken(),
        first.spec().products() == Precision.FLOAT32
            ? peaks.of(pulse.device(), pulse.processor(), pulse.threads())
            : OptionalDouble.empty(),
        silentSeconds < NOTICEABLE ? 0 : silentSeconds);
  }

  private static List<Event> events(List<RunSummary> summaries) {
    return summaries.stream()
        .filter(summary -> summary.changed().isPresent())
        .sorted(Comparator.comparing((RunSummary each) -> each.changed().get()).reversed())
        .limit(MOST_EVENTS)
        .map(GridReader::event)
        .toList();
  }

  private static Event event(RunSummary summary) {
    RunState state = RunState.of(summary);
    String loss =
        Double.isFinite(summary.loss())
            ? String.format(Locale.ROOT, "loss %.4f", summary.loss())
            : "no loss yet";
    String text =
        switch (state) {
          case DONE -> "done, " + loss;
          case RUNNING, INTERRUPTED, MISSING -> summary.tokens() == 0 ? "begun" : loss;
          case DIVERGED, FAILED ->
              Words.of(state) + summary.reason().map(reason -> ": " + reason).orElse("");
        };
    return new Event(summary.changed().get().toEpochMilli(), summary.run().id(), state, text);
  }
}
