package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Step;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaOutOfMemoryException;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Product;
import kleiber.engine.cuda.driver.Product.Inputs;
import kleiber.engine.cuda.driver.Product.Matrix;

/** Tokens per second of whole steps, as training does them, and what kinds of kernels take. */
record CardSpeed(CardSizes sizes, Supplier<CudaDevice> device, CardLog log) {
  private static final long SEED = 7_311;
  private static final int WARM_UP = 5;

  void measure() {
    double peak = peak();
    log.say("bf16 products of %d: %.1f TFLOP/s", sizes.product(), peak / 1e12);
    log.record("peak", "inputs", "bf16", "size", sizes.product(), "flopPerSecond", peak);
    for (Precision precision : Precision.values()) {
      for (CardSizes.Timed timed : sizes.timed()) {
        try (Engine engine = new CudaEngine(device.get())) {
          measure(timed, precision, engine, peak);
        } catch (RuntimeException e) {
          log.expect(false, timed.title() + " " + precision + ": " + e.getMessage());
        }
      }
    }
  }

  private void measure(CardSizes.Timed timed, Precision precision, Engine engine, double peak) {
    SmallGpt model = timed.model();
    int[] keys = IntStream.range(0, timed.members()).toArray();
    try (Kernels bound = engine.bind(model.program().in(precision), timed.members())) {
      SmallGpt.fill(bound, keys);
      int tokens = timed.tokens();
      Random random = new Random(SEED);
      List<Double> seconds = new ArrayList<>();
      double[] losses = new double[keys.length];
      long begun = System.nanoTime();
      for (int step = 1; seconds.size() < 5 || since(begun) < sizes.seconds(); step++) {
        long start = System.nanoTime();
        Supplier<Step.Outcome> outcome =
            bound.step(SmallGpt.whole(step, SmallGpt.ADAMW, keys), model.losses());
        int[] next = random.ints(tokens, 0, model.vocabulary()).toArray();
        bound.writeTokens(model.inputs(), next);
        bound.writeTokens(model.targets(), next);
        losses = outcome.get().losses(); // training reads every member's in every step
        if (step > WARM_UP) {
          seconds.add(since(start));
        }
      }
      log.expect(
          Arrays.stream(losses).allMatch(Double::isFinite),
          timed.title() + " " + precision + ": losses are not finite");
      double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
      double share = tokens * flopsPerToken(model) / median / peak;
      log.say(
          "%-8s %-7s %12.0f tokens/s  %8.3f ms a step  %5.1f %% of the bf16 product's",
          timed.title(), precision, tokens / median, 1e3 * median, 100 * share);
      record(log, timed, precision, median, share);
      try {
        byKernel(bound, timed, precision);
      } catch (CudaOutOfMemoryException e) { // training takes less
        log.say("    kernels one by one were not timed: %s", e.getMessage());
      }
    }
  }

  /** The line that {@link CardPyTorch} reads. */
  static void record(
      CardLog log, CardSizes.Timed timed, Precision precision, double seconds, double share) {
    log.record(
        "speed",
        "model",
        timed.name(),
        "members",
        timed.members(),
        "precision",
        precision,
        "tokensPerSecond",
        timed.tokens() / seconds,
        "secondsPerStep",
        seconds,
        "shareOfPeak",
        share);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double flopsPerToken(SmallGpt model) {
    double d = model.width();
    double matmul = model.layers() * 12 * d * d + model.vocabulary() * d;
    return 6 * matmul + 12.0 * model.layers() * model.context() * d;
  }

  /** Milliseconds of a step by kind of kernel, forward and backward. */
  private void byKernel(Kernels bound, CardSizes.Timed timed, Precision precision) {
    Map<String, double[]> times = new TreeMap<>();
    for (Kernel kernel : bound.program().forward()) {
      double time = time(bound, timed.model(), () -> bound.forward(kernel));
      times.computeIfAbsent(kernel.getClass().getSimpleName(), _ -> new double[2])[0] += time;
    }
    for (Program.Backward call : bound.program().backward()) {
      double time = time(bound, timed.model(), () -> bound.backward(call));
      times.computeIfAbsent(call.kernel().getClass().getSimpleName(), _ -> new double[2])[1] +=
          time;
    }
    times.forEach(
        (name, t) -> {
          log.say("    %-12s %8.3f %8.3f ms", name, 1e3 * t[0], 1e3 * t[1]);
          log.record(
              "kernels",
              "model",
              timed.name(),
              "members",
              timed.members(),
              "precision",
              precision,
              "kernel",
              name,
              "forwardSeconds",
              t[0],
              "backwardSeconds",
              t[1]);
        });
  }

  private static double time(Kernels bound, SmallGpt model, Runnable call) {
    int repeats = 5;
    call.run();
    bound.read(model.losses(), 0);
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      call.run();
    }
    bound.read(model.losses(), 0);
    return since(start) / repeats;
  }

  /**
   * FLOP/s of a large product of bfloat16, the median of some rounds. Of random numbers: of zeros a
   * card, which then draws less power, does more.
   */
  private double peak() {
    int n = sizes.product();
    try (CudaDevice card = device.get();
        CudaStream stream = card.stream()) {
      long a = card.allocate(2L * n * n);
      long b = card.allocate(2L * n * n);
      long c = card.allocate(4L * n * n);
      stream.upload(a, random(n, SEED));
      stream.upload(b, random(n, SEED + 1));
      Product product =
          new Product(
              Inputs.BFLOAT16,
              n,
              n,
              n,
              new Matrix(a, n, (long) n * n),
              new Matrix(b, n, (long) n * n),
              0,
              new Matrix(c, n, (long) n * n),
              1,
              1);
      int repeats = 20;
      List<Double> rounds = new ArrayList<>();
      for (int round = -2; round < 5; round++) { // the first ones warm it up
        stream.synchronize();
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
          stream.multiply(product);
        }
        stream.synchronize();
        if (round >= 0) {
          rounds.add(since(start) / repeats);
        }
      }
      List.of(a, b, c).forEach(card::free);
      return 2.0 * n * n * n / rounds.stream().sorted().toList().get(rounds.size() / 2);
    }
  }

  /** A matrix [n, n] of bfloat16. */
  private static MemorySegment random(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    short[] upper = new short[n * n];
    for (int i = 0; i < upper.length; i++) {
      upper[i] = (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16);
    }
    return MemorySegment.ofArray(upper);
  }
}
