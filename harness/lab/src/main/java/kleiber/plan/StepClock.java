package kleiber.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kleiber.engine.Engine;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.Yaml;
import kleiber.run.Devices;
import kleiber.train.Checkpoint;
import kleiber.train.CheckpointPlan;
import kleiber.train.Facts;
import kleiber.train.HeldOut;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.Trainers;
import kleiber.train.TrainingSpec;

/**
 * The process that times steps: it trains the cohort that it is given as a grid would, on the same
 * text, for a few seconds, in one lane or in several at once. One line in is an order, one line out
 * the answer.
 */
final class StepClock {
  /** Steps that are scored on held-out text, at most. */
  private static final long HELD_OUT_STEPS = 16;

  /** Share of the time in which caches and code for the shape warm up. */
  private static final double WARM_UP = 0.4;

  /** CPU seconds by the first order's seconds: what the JVM compiles in all is most of it. */
  private static final double FIRST_WARM_UP = 4;

  private static final int LEAST_STEPS = 5;

  /**
   * @param device one word of {@code --devices}
   * @param threads of its engine
   * @param corpora where tokenized text is kept
   */
  record Setup(String device, int threads, String corpora) {}

  /**
   * @param cohort canonical specs
   * @param lanes that train the cohort, each its own
   * @param seconds to train
   */
  record Order(List<String> cohort, int lanes, double seconds) {}

  /** Times what was asked for, after which a shape that shows no steps is given up. */
  private static final double MOST_TIMES = 20;

  private StepClock() {}

  /** Takes no arguments: the first line of its input is the setup. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // a library's chatter is no answer
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Setup setup = bind(in.readLine(), Setup.class);
    OpenCorpora corpora = new OpenCorpora(Path.of(setup.corpora));
    try (Engine engine = Devices.parse(setup.device, setup.threads)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Order order = bind(line, Order.class);
        List<TrainingSpec> cohort =
            order.cohort.stream().map(spec -> Run.parse(spec, "an order").spec()).toList();
        try (Trainer trainer = Trainers.of(cohort.getFirst().model(), engine, corpora)) {
          while (cpuSeconds() < FIRST_WARM_UP * order.seconds) {
            time(trainer, cohort, order.lanes, order.seconds);
          }
          answers.println(Json.line(time(trainer, cohort, order.lanes, order.seconds)));
          answers.flush();
        }
      }
    }
  }

  /** Of this process so far; endless where the system does not tell. */
  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(spent -> spent.toMillis() / 1e3)
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static <T> T bind(String line, Class<T> type) {
    return Binder.log().bind(Yaml.parse(line, "an order"), type);
  }

  /** Trains a cohort in several lanes at once; the mean over lanes. */
  static Speed time(Trainer trainer, List<TrainingSpec> cohort, int lanes, double seconds) {
    List<TrainingSpec> brief = cohort.stream().map(StepClock::brief).toList();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
      List<CompletableFuture<Speed>> all = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        all.add(
            CompletableFuture.supplyAsync(
                () -> new Stopwatch(start, seconds).time(trainer, brief), threads));
      }
      List<Speed> speeds = all.stream().map(CompletableFuture::join).toList();
      return new Speed(
          speeds.stream().mapToDouble(Speed::step).average().orElseThrow(),
          speeds.stream().mapToDouble(Speed::heldOutToken).average().orElseThrow());
    }
  }

  /** The same training, scored often on little text, so that seconds show what both cost. */
  private static TrainingSpec brief(TrainingSpec spec) {
    Map<String, HeldOut> heldOut = new HashMap<>();
    long most = HELD_OUT_STEPS * spec.tokensPerStep();
    spec.heldOut()
        .forEach(
            (name, set) ->
                heldOut.put(name, new HeldOut(Math.min(set.tokens(), most), set.corpus())));
    return spec.measuredBy(new CheckpointPlan(2 * spec.tokensPerStep(), 1.5), heldOut);
  }

  /** Times the steps of one lane, of its first member. */
  private static final class Stopwatch implements Trainer.Log {
    private final long start;
    private final double seconds;
    private final List<Double> steps = new ArrayList<>();
    private final List<Double> scoredSteps = new ArrayList<>();
    private long heldOutTokens;
    private long last;
    private boolean scored;

    Stopwatch(long start, double seconds) {
      this.start = start;
      this.seconds = seconds;
    }

    Speed time(Trainer trainer, List<TrainingSpec> cohort) {
      try {
        while (!enough()) {
          last = 0;
          trainer.train(cohort, this::enough, this);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      double step = median(steps);
      double scoring = Math.max(0, median(scoredSteps) - step);
      return new Speed(step, scoring / heldOutTokens);
    }

    private double elapsed(long now) {
      return (now - start) * 1e-9;
    }

    private boolean enough() {
      double elapsed = elapsed(System.nanoTime());
      if (elapsed > MOST_TIMES * seconds && (steps.isEmpty() || scoredSteps.isEmpty())) {
        throw new UncheckedIOException(
            new IOException("no step could be timed: the runs are of too few steps, or diverge"));
      }
      return elapsed > seconds && steps.size() >= LEAST_STEPS && !scoredSteps.isEmpty();
    }

    @Override
    public void opened(int member, Facts facts) {
      heldOutTokens = facts.heldOut().values().stream().mapToLong(Facts.HeldOutFacts::tokens).sum();
    }

    @Override
    public void progress(int member, long step, long of) {
      if (member == 0) {
        long now = System.nanoTime();
        if (last > 0 && elapsed(now) > WARM_UP * seconds) {
          (scored ? scoredSteps : steps).add((now - last) * 1e-9);
        }
        last = now;
        scored = false;
      }
    }

    @Override
    public void checkpoint(int member, Checkpoint checkpoint) {
      scored |= member == 0;
    }

    @Override
    public void finished(int member) {}

    @Override
    public void diverged(int member, long step, String reason) {}

    private static double median(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }
}
