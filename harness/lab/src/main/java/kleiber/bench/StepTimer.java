package kleiber.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Precision;
import kleiber.run.Devices;

/**
 * The process that trains one configuration. It reads orders, one a line, and answers each with
 * lines of numbers and then an empty line; between orders it is idle, so that configurations take
 * turns. A process of its own has memory of its own, and a compiler that has seen nothing else.
 */
final class StepTimer {
  static final String WARM_UP = "warm-up";
  static final String ROUND = "round";
  static final String KERNELS = "kernels";
  static final String MEMORY = "memory";

  private static final double WARM_UP_SECONDS = 5;
  private static final double ROUND_SECONDS = 1.5;
  private static final int LEAST_STEPS = 3;
  private static final int PASSES = 5;

  private final Training training;
  private final PrintStream answers;

  private StepTimer(Training training, PrintStream answers) {
    this.training = training;
    this.answers = answers;
  }

  /**
   * Arguments: configuration, devices, threads, members, precision. The first answer is the
   * engine's numeric mode.
   */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // a library's chatter is no answer
    Precision precision = Precision.valueOf(args[4]);
    try (Engine engine = Devices.parse(args[1], Integer.parseInt(args[2]));
        Training training =
            new Training(Configuration.of(args[0]), engine, Integer.parseInt(args[3]), precision);
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answers.println(engine.numerics(precision));
      answers.println();
      StepTimer timer = new StepTimer(training, answers);
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        timer.obey(order);
        answers.println();
        answers.flush();
      }
    }
  }

  private void obey(String order) throws IOException {
    switch (order) {
      case WARM_UP -> steps(WARM_UP_SECONDS);
      case ROUND -> {
        training.step(); // its caches were another's
        for (Training.Step step : steps(ROUND_SECONDS)) {
          answer(step.gradients(), step.norm(), step.update());
        }
      }
      case KERNELS -> kernels();
      case MEMORY -> answer(liveHeap(), peakResident());
      default -> throw new IllegalArgumentException("no order: " + order);
    }
  }

  private List<Training.Step> steps(double seconds) {
    List<Training.Step> steps = new ArrayList<>();
    long start = System.nanoTime();
    while (steps.size() < LEAST_STEPS || System.nanoTime() - start < seconds * 1e9) {
      steps.add(training.step());
    }
    return steps;
  }

  /** A row for each kernel of each pass but the first, which compiles. */
  private void kernels() {
    training.oneByOne();
    for (int pass = 0; pass < PASSES; pass++) {
      int number = 0;
      for (Training.KernelTime time : training.oneByOne()) {
        answer(number++, time.forward(), time.backward());
      }
    }
  }

  private static double liveHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Bytes; NaN where the system does not say. */
  private static double peakResident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Double.NaN);
    }
  }

  private void answer(double... numbers) {
    StringBuilder line = new StringBuilder();
    for (double number : numbers) {
      line.append(line.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.9g", number));
    }
    answers.println(line);
  }
}
