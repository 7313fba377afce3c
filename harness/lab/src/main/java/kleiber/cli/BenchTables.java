package kleiber.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import kleiber.bench.Measurement;
import kleiber.bench.Measurement.OfConfiguration;
import kleiber.bench.Measurement.OfKernel;

/** A {@link Measurement} as people read it: one table of speed, one of where the time goes. */
record BenchTables(Measurement measurement) {
  @Override
  public String toString() {
    return String.join(
        System.lineSeparator(),
        "%s, %d threads, cohorts of %d, medians of %d rounds; peak of sgemm %s GFLOP/s"
            .formatted(
                measurement.engine(),
                measurement.threads(),
                measurement.members(),
                measurement.rounds(),
                decimals(1, measurement.peakGflops())),
        "",
        speed().toString(),
        "",
        "milliseconds by kernel, each run by itself over the whole batch: forward + backward",
        kernels().toString());
  }

  private TextTable speed() {
    TextTable table =
        new TextTable(
            "config",
            "tokens/s",
            "slowest–fastest round",
            "ms/step",
            "GFLOP/s",
            "of peak",
            "RSS MiB",
            "heap MiB",
            "gradients",
            "norm",
            "update");
    for (OfConfiguration config : measurement.configs()) {
      table.row(
          config.name(),
          Numbers.count(config.tokensPerSecond()),
          Numbers.count(config.lowest()) + "–" + Numbers.count(config.highest()),
          decimals(2, config.stepMillis()),
          decimals(1, config.gflops()),
          percent(config.shareOfPeak()),
          config.rssMiB().isPresent() ? decimals(0, config.rssMiB().getAsDouble()) : "–",
          decimals(0, config.heapMiB()),
          percent(config.parts().gradients()),
          percent(config.parts().norm()),
          percent(config.parts().update()));
    }
    return table;
  }

  private TextTable kernels() {
    List<String> header = new ArrayList<>(List.of("kernel"));
    measurement.configs().forEach(config -> header.add(config.name()));
    TextTable table = new TextTable(header.toArray(String[]::new));
    Set<String> names =
        measurement.configs().stream()
            .flatMap(config -> config.kernels().stream())
            .map(OfKernel::kernel)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : names) {
      table.row(
          row(
              name,
              config ->
                  cell(
                      config.kernels().stream()
                          .filter(kernel -> kernel.kernel().equals(name))
                          .toList())));
    }
    table.row(row("all", config -> cell(config.kernels())));
    table.row(
        row(
            "norm and update",
            config ->
                decimals(
                    2, config.stepMillis() * (config.parts().norm() + config.parts().update()))));
    return table;
  }

  private interface Cell {
    String of(OfConfiguration config);
  }

  private String[] row(String name, Cell cell) {
    List<String> cells = new ArrayList<>(List.of(name));
    measurement.configs().forEach(config -> cells.add(cell.of(config)));
    return cells.toArray(String[]::new);
  }

  private static String cell(List<OfKernel> kernels) {
    return decimals(2, sum(kernels, OfKernel::forwardMillis))
        + " + "
        + decimals(2, sum(kernels, OfKernel::backwardMillis));
  }

  private static double sum(List<OfKernel> kernels, ToDoubleFunction<OfKernel> value) {
    return kernels.stream().mapToDouble(value).sum();
  }

  private static String percent(double share) {
    return decimals(1, 100 * share) + " %";
  }

  private static String decimals(int count, double value) {
    return String.format(Locale.ROOT, "%." + count + "f", value);
  }
}
