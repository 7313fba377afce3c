package kleiber.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kleiber.engine.Engine;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.Run;
import kleiber.experiment.Yaml;
import kleiber.run.Devices;
import kleiber.train.CheckpointPlan;
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

  /** CPU seconds by the first order's seconds: what the JVM compiles in all is most of it. */
  private static final double FIRST_WARM_UP = 4;

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

  /**
   * @param start seconds until a process trains as fast as it will, beyond what it did in them;
   *     told with its first answer
   */
  record Answer(Speed speed, OptionalDouble start) {}

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
      boolean begun = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Order order = bind(line, Order.class);
        List<TrainingSpec> cohort =
            order.cohort.stream().map(spec -> Run.parse(spec, "an order").spec()).toList();
        try (Trainer trainer = Trainers.of(cohort.getFirst().model(), engine, corpora)) {
          Answer answer =
              begun
                  ? new Answer(lap(trainer, cohort, order).speed(), OptionalDouble.empty())
                  : first(trainer, cohort, order);
          begun = true;
          answers.println(Json.line(answer));
          answers.flush();
        }
      }
    }
  }

  /** Warms the process up, which the order after it finds done. */
  private static Answer first(Trainer trainer, List<TrainingSpec> cohort, Order order)
      throws IOException {
    long opening = System.nanoTime();
    trainer.check(cohort.getFirst(), () -> false); // a text read for the first time is kept
    double opened = (System.nanoTime() - opening) * 1e-9;
    List<Lap> warm = new ArrayList<>();
    while (cpuSeconds() < FIRST_WARM_UP * order.seconds) {
      warm.add(lap(trainer, cohort, order));
    }
    double up = ManagementFactory.getRuntimeMXBean().getUptime() * 1e-3;
    Speed speed = lap(trainer, cohort, order).speed();
    double work = warm.stream().mapToDouble(lap -> lap.seconds(speed)).sum();
    return new Answer(speed, OptionalDouble.of(Math.max(0, up - opened - work)));
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
  private static Lap lap(Trainer trainer, List<TrainingSpec> cohort, Order order) {
    List<TrainingSpec> brief = cohort.stream().map(StepClock::brief).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(order.lanes)) {
      List<CompletableFuture<Lap>> all = new ArrayList<>();
      for (int lane = 0; lane < order.lanes; lane++) {
        Stopwatch watch = new Stopwatch(System::nanoTime, order.seconds);
        all.add(CompletableFuture.supplyAsync(() -> watch.time(trainer, brief), threads));
      }
      return Lap.mean(all.stream().map(CompletableFuture::join).toList());
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
}
