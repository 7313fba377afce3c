package kleiber.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.blas.SgemmPeak;
import kleiber.experiment.UserException;

/**
 * Trains configurations in turn, round after round, each in a process of its own, and measures the
 * machine's peak in the same rounds, so that what disturbs one disturbs all.
 *
 * @param devices the engine, as {@code --devices} takes it
 * @param threads cores to use
 * @param members of each cohort
 * @param precision of matrix products
 * @param rounds at least one
 */
public record Benchmark(
    List<Configuration> configurations,
    String devices,
    int threads,
    int members,
    Precision precision,
    int rounds) {
  private static final double MEBI = 1 << 20;

  public Benchmark {
    configurations = List.copyOf(configurations);
    if (configurations.stream().distinct().count() < configurations.size()) {
      throw new UserException("a configuration is named twice");
    }
    atLeastOne("--threads", threads);
    atLeastOne("--members", members);
    atLeastOne("--rounds", rounds);
  }

  private static void atLeastOne(String option, int given) {
    if (given < 1) {
      throw new UserException(option + " is " + given + " but must be at least 1");
    }
  }

  /**
   * Measures.
   *
   * @param progress told what is being done
   * @throws IOException when a process that trains does not start or ends early
   */
  public Measurement run(Consumer<String> progress) throws IOException {
    List<StepTimerProcess> timers = new ArrayList<>();
    try {
      for (Configuration configuration : configurations) {
        progress.accept("warming up " + configuration.word());
        StepTimerProcess timer =
            new StepTimerProcess(configuration, devices, threads, members, precision);
        timers.add(timer);
        timer.order(StepTimer.WARM_UP);
      }
      SgemmPeak.flopsPerSecond(threads); // warms up too
      double[] peaks = new double[rounds];
      Map<StepTimerProcess, List<double[]>> medians = new HashMap<>();
      for (int round = 0; round < rounds; round++) {
        for (StepTimerProcess timer : timers) {
          progress.accept(
              "round %d of %d, %s".formatted(round + 1, rounds, timer.configuration().word()));
          List<double[]> steps = timer.order(StepTimer.ROUND);
          medians.computeIfAbsent(timer, _ -> new ArrayList<>()).add(medianStep(steps));
        }
        peaks[round] = SgemmPeak.flopsPerSecond(threads) / 1e9;
      }
      double peak = median(peaks);
      List<Measurement.OfConfiguration> measured = new ArrayList<>();
      for (StepTimerProcess timer : timers) {
        progress.accept("kernel by kernel, " + timer.configuration().word());
        measured.add(of(timer, medians.get(timer), peak));
      }
      return new Measurement(
          timers.getFirst().numerics(), threads, members, rounds, peak, measured);
    } finally {
      timers.forEach(StepTimerProcess::close);
    }
  }

  private Measurement.OfConfiguration of(
      StepTimerProcess timer, List<double[]> rounds, double peakGflops) throws IOException {
    Configuration configuration = timer.configuration();
    double seconds = median(rounds, Benchmark::sum);
    double tokens = (double) members * configuration.tokensPerStep();
    double gflops = members * configuration.flopsPerStep() / seconds / 1e9;
    double[] memory = timer.order(StepTimer.MEMORY).getFirst();
    return new Measurement.OfConfiguration(
        configuration.word(),
        tokens / seconds,
        tokens / rounds.stream().mapToDouble(Benchmark::sum).max().orElseThrow(),
        tokens / rounds.stream().mapToDouble(Benchmark::sum).min().orElseThrow(),
        1e3 * seconds,
        gflops,
        gflops / peakGflops,
        Double.isNaN(memory[1]) ? OptionalDouble.empty() : OptionalDouble.of(memory[1] / MEBI),
        memory[0] / MEBI,
        parts(rounds),
        kernels(configuration, timer.order(StepTimer.KERNELS)));
  }

  /** The step of median length. */
  private static double[] medianStep(List<double[]> steps) {
    List<double[]> sorted = new ArrayList<>(steps);
    sorted.sort((a, b) -> Double.compare(sum(a), sum(b)));
    return sorted.get(sorted.size() / 2);
  }

  private static Measurement.Parts parts(List<double[]> steps) {
    double[] share = new double[3];
    for (int part = 0; part < share.length; part++) {
      int index = part;
      share[part] = median(steps, step -> step[index] / sum(step));
    }
    return new Measurement.Parts(share[0], share[1], share[2]);
  }

  private static List<Measurement.OfKernel> kernels(
      Configuration configuration, List<double[]> rows) {
    List<Kernel> kernels =
        configuration
            .model()
            .program(Configuration.VOCABULARY, configuration.batch(), Configuration.CONTEXT)
            .forward();
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (int number = 0; number < kernels.size(); number++) {
      int row = number;
      List<double[]> passes = rows.stream().filter(answer -> answer[0] == row).toList();
      double[] sum = sums.computeIfAbsent(place(kernels.get(number)), _ -> new double[2]);
      sum[0] += 1e3 * median(passes, pass -> pass[1]);
      sum[1] += 1e3 * median(passes, pass -> pass[2]);
    }
    return sums.entrySet().stream()
        .map(e -> new Measurement.OfKernel(e.getKey(), e.getValue()[0], e.getValue()[1]))
        .toList();
  }

  private static String place(Kernel kernel) {
    return kernel.getClass().getSimpleName()
        + " "
        + kernel.output().name().replaceFirst("^block\\d+\\.", "");
  }

  private static double sum(double[] parts) {
    return Arrays.stream(parts).sum();
  }

  private static double median(List<double[]> rows, ToDoubleFunction<double[]> value) {
    return median(rows.stream().mapToDouble(value).toArray());
  }

  /** The middle value, or the mean of the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
