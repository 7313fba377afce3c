package kleiber.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kleiber.engine.cuda.CudaDevice;
import kleiber.engine.cuda.CudaStream;
import kleiber.engine.cuda.CudaSurvey;
import kleiber.engine.cuda.DriverDevice;
import kleiber.engine.cuda.EmulatedDevice;
import kleiber.engine.cuda.Product;
import kleiber.engine.cuda.Product.Inputs;
import kleiber.engine.cuda.Product.Matrix;

/**
 * The CUDA engine on this machine's card: {@code java -cp
 * models/target/classes:models/target/test-classes --enable-native-access=ALL-UNNAMED
 * kleiber.engine.CardCheck [PART...]}, parts being survey, kernels, bits, steps and speed, all of
 * them when none is named. Needs no other jar. Ends with status 1 when something is wrong. Instead
 * of the first card it takes the emulated one if the environment says CARD=emulated, which is for
 * trying this program out.
 */
public final class CardCheck {
  private static final long SEED = 7_311;
  private static boolean sound = true;

  private CardCheck() {}

  public static void main(String[] parts) {
    List<String> all = List.of("survey", "kernels", "bits", "steps", "speed");
    for (String part : parts.length == 0 ? all : List.of(parts)) {
      long start = System.nanoTime();
      System.out.println("== " + part);
      switch (part) {
        case "survey" -> survey();
        case "kernels" -> kernels();
        case "bits" -> bits();
        case "steps" -> steps();
        case "speed" -> speed();
        default -> throw new IllegalArgumentException("parts are " + all);
      }
      System.out.printf(Locale.ROOT, "(%.1f s)%n", (System.nanoTime() - start) / 1e9);
    }
    System.exit(sound ? 0 : 1);
  }

  private static CudaDevice device() {
    return "emulated".equals(System.getenv("CARD")) ? new EmulatedDevice() : DriverDevice.open(0);
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static void expect(boolean right, String what) {
    if (!right) {
      sound = false;
      say("WRONG: %s", what);
    }
  }

  private static void survey() {
    CudaSurvey survey = CudaSurvey.take();
    survey.findings().forEach(found -> say("%s: %s", found.what(), found.sentence()));
    survey.cards().forEach(card -> say("%s", card));
  }

  /** Largest error of each kernel, relative to the largest number that it should give. */
  private static void kernels() {
    int[][] shapes = {{1, 1, 1, 1, 8}, {5, 2, 33, 3, 6}, {3, 1, 129, 2, 10}, {2, 9, 64, 2, 64}};
    try (Engine naive = new NaiveEngine(1);
        Engine engine = new CudaEngine(device())) {
      say("%s", engine.numerics(Precision.FLOAT32));
      for (int[] s : shapes) {
        for (Kernel kernel : new KernelCases(s[1], s[2], s[3], s[4]).all()) {
          compare(kernel, new Trial(kernel, s[0], SEED), naive, engine, 1e-5);
          if (kernel instanceof Kernel.Attention k) {
            Kernel half = k.in(Precision.BF16);
            compare(half, new Trial(half, s[0], SEED), naive, engine, 0x1p-6);
          }
        }
      }
    }
  }

  private static void compare(
      Kernel kernel, Trial trial, Engine naive, Engine engine, double tolerance) {
    double worst =
        Deviation.ofTensors(trial.run(naive).numbers(), trial.run(engine).numbers(), tolerance)
            .error();
    say(
        "%8.1e  %d x %s to %s",
        worst,
        trial.memberKeys().length,
        kernel.getClass().getSimpleName(),
        kernel.output().shape());
    expect(worst <= tolerance, kernel.toString());
  }

  /** Twice the same, and a member as alone. */
  private static void bits() {
    SmallGpt model = new SmallGpt(8, 128, 64, 2, 4, 256);
    int[] keys = {0, 1, 2, 3, 4, 5, 6};
    try (Engine engine = new CudaEngine(device())) {
      for (Precision precision : Precision.values()) {
        double[][] cohort = train(engine, model, precision, 10, keys);
        expect(Arrays.deepEquals(cohort, train(engine, model, precision, 10, keys)), "twice");
        for (int m : new int[] {0, 3, 6}) {
          double[] alone = train(engine, model, precision, 10, keys[m])[0];
          boolean same = Arrays.equals(alone, cohort[m]);
          say("%s: member %d of %d %s", precision, m, keys.length, same ? "as alone" : "DIFFERS");
          expect(same, "a member differs from itself alone");
        }
      }
    }
  }

  /** Each member's weights after so many steps. */
  private static double[][] train(
      Engine engine, SmallGpt model, Precision precision, int steps, int... keys) {
    double[][] weights = new double[keys.length][];
    try (Kernels bound = engine.bind(model.program().in(precision), keys.length)) {
      model.fill(bound, keys);
      for (int step = 1; step <= steps; step++) {
        bound.forward();
        bound.backward();
        bound.gradientNorms();
        bound.update(SmallGpt.step(step, keys));
      }
      for (int m = 0; m < keys.length; m++) {
        List<double[]> all = new ArrayList<>();
        for (Tensor parameter : bound.program().parameters()) {
          all.add(bound.read(parameter, m));
        }
        weights[m] = all.stream().flatMapToDouble(Arrays::stream).toArray();
      }
    }
    return weights;
  }

  /** Losses of 200 steps on one batch beside the judge's. */
  private static void steps() {
    SmallGpt model = new SmallGpt(2, 40, 16, 2, 2, 61);
    for (Precision precision : Precision.values()) {
      try (Engine naive = new NaiveEngine(1);
          Engine engine = new CudaEngine(device());
          Kernels want = naive.bind(model.program().in(precision), 1);
          Kernels have = engine.bind(model.program().in(precision), 1)) {
        model.fill(want, 1);
        model.fill(have, 1);
        double worst = 0;
        for (int step = 1; step <= 200; step++) {
          for (Kernels bound : List.of(want, have)) {
            bound.forward();
            bound.backward();
            bound.update(SmallGpt.step(step, 1));
          }
          worst = Math.max(worst, Math.abs(loss(want, model) - loss(have, model)));
        }
        say("%s: loss %.6f, at most %.1e from the judge's", precision, loss(have, model), worst);
        expect(worst < (precision == Precision.FLOAT32 ? 1e-4 : 2e-2), "losses of 200 steps");
      }
    }
  }

  private static double loss(Kernels bound, SmallGpt model) {
    return Arrays.stream(bound.read(model.losses(), 0)).average().orElseThrow();
  }

  private record Size(String name, SmallGpt model, int members) {}

  private static void speed() {
    List<Size> sizes =
        List.of(
            new Size("S", new SmallGpt(32, 128, 64, 2, 4, 256), 1),
            new Size("M", new SmallGpt(32, 128, 128, 4, 4, 256), 1),
            new Size("L", new SmallGpt(32, 128, 256, 4, 4, 256), 1),
            new Size("XL", new SmallGpt(8, 128, 512, 6, 8, 256), 1),
            new Size("64 of S", new SmallGpt(32, 128, 64, 2, 4, 256), 64),
            new Size("GPT-2 124M", new SmallGpt(16, 1024, 768, 12, 12, 50_304), 1));
    double peak = peak();
    say("bf16 products of 8192: %.0f TFLOP/s", peak / 1e12);
    for (Precision precision : Precision.values()) {
      for (Size size : sizes) {
        try (Engine engine = new CudaEngine(device())) {
          measure(size, precision, engine, peak);
        } catch (RuntimeException e) {
          expect(false, size.name + ": " + e.getMessage());
        }
      }
    }
  }

  private static void measure(Size size, Precision precision, Engine engine, double peak) {
    SmallGpt model = size.model;
    int[] keys = new int[size.members];
    Arrays.setAll(keys, m -> m);
    try (Kernels bound = engine.bind(model.program().in(precision), size.members)) {
      model.fill(bound, keys);
      double tokens = (double) size.members * model.batch() * model.context();
      Random random = new Random(SEED);
      int[] ids = random.ints((int) tokens, 0, model.vocabulary()).toArray();
      List<Double> seconds = new ArrayList<>();
      long begun = System.nanoTime();
      for (int step = 1; step <= 5 || System.nanoTime() - begun < 6e9; step++) {
        long start = System.nanoTime();
        bound.writeTokens(model.inputs(), ids);
        bound.writeTokens(model.targets(), ids);
        bound.forward();
        bound.backward();
        bound.gradientNorms();
        bound.update(SmallGpt.step(step, keys));
        seconds.add((System.nanoTime() - start) / 1e9);
      }
      double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
      double flops = tokens * flopsPerToken(model);
      say(
          "%-10s %-7s %12.0f tokens/s  %6.2f ms a step  %5.1f %% of bf16 peak",
          size.name, precision, tokens / median, 1e3 * median, 100 * flops / median / peak);
      byKernel(bound, model);
    }
  }

  private static double flopsPerToken(SmallGpt model) {
    double d = model.width();
    double matmul = model.layers() * 12 * d * d + model.vocabulary() * d;
    return 6 * matmul + 12.0 * model.layers() * model.context() * d;
  }

  /** Milliseconds of a step by kind of kernel, forward and backward. */
  private static void byKernel(Kernels bound, SmallGpt model) {
    Map<String, double[]> times = new TreeMap<>();
    for (Kernel kernel : bound.program().forward()) {
      double time = time(bound, model, () -> bound.forward(kernel));
      times.computeIfAbsent(kernel.getClass().getSimpleName(), _ -> new double[2])[0] += time;
    }
    for (Program.Backward call : bound.program().backward()) {
      double time = time(bound, model, () -> bound.backward(call));
      times.computeIfAbsent(call.kernel().getClass().getSimpleName(), _ -> new double[2])[1] +=
          time;
    }
    times.forEach((name, t) -> say("    %-12s %8.3f %8.3f ms", name, 1e3 * t[0], 1e3 * t[1]));
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
    return (System.nanoTime() - start) / 1e9 / repeats;
  }

  /** FLOP/s of a large product of bfloat16. */
  private static double peak() {
    int n = "emulated".equals(System.getenv("CARD")) ? 128 : 8192;
    try (CudaDevice device = device();
        CudaStream stream = device.stream()) {
      long a = device.allocate(2L * n * n);
      long b = device.allocate(2L * n * n);
      long c = device.allocate(4L * n * n);
      stream.clear(a, 2L * n * n);
      stream.clear(b, 2L * n * n);
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
      stream.multiply(product);
      stream.synchronize();
      long start = System.nanoTime();
      int repeats = 20;
      for (int i = 0; i < repeats; i++) {
        stream.multiply(product);
      }
      stream.synchronize();
      double seconds = (System.nanoTime() - start) / 1e9 / repeats;
      List.of(a, b, c).forEach(device::free);
      return 2.0 * n * n * n / seconds;
    }
  }
}
