package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.bench.Benchmark;
import kleiber.bench.Configuration;
import kleiber.bench.Measurement;
import kleiber.engine.Precision;
import kleiber.experiment.Json;
import kleiber.experiment.UserException;
import kleiber.run.Devices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How fast this machine trains, and where the time goes. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measure how fast this machine trains: tokens per second, share of the peak of its matrix"
            + " products, memory, and time per kernel, of GPT-2 in five sizes on random bytes."
            + " Configurations take turns in rounds; medians are printed.")
final class BenchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "CONFIG",
      description = "Some of S, M, L, XL, tiny; all of them when not given.")
  private List<String> configurations = new ArrayList<>();

  @Option(
      names = "--devices",
      paramLabel = "DEVICES",
      defaultValue = "cpu",
      description = "What to train on: cpu, naive or nd4j. Default: ${DEFAULT-VALUE}.")
  private String devices;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use, for the peak too; all of them when not given.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--members",
      paramLabel = "M",
      defaultValue = "1",
      description =
          "Models trained together as one cohort; tokens of all are counted. Default:"
              + " ${DEFAULT-VALUE}.")
  private int members;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "FLOAT32",
      description =
          "What matrix products are made of: float32, bf16 or, on a card, tf32. Default: float32.")
  private Precision precision;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "5",
      description =
          "Rounds; each configuration trains 1.5 seconds in each. Default:" + " ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write what was measured to this file too.")
  private Optional<Path> json = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Benchmark benchmark = benchmark();
    json.ifPresent(BenchCommand::checkFolder);
    Devices.parse(devices, threads).close(); // a sentence here rather than in every process
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine line = new ProgressLine(out, ProgressLine.onTerminal());
    Measurement measurement;
    try {
      measurement = benchmark.run(line::show);
    } finally {
      line.close();
    }
    PeakCache.keep(threads, 1e9 * measurement.peakGflops());
    out.println(new BenchTables(measurement));
    out.flush();
    if (json.isPresent()) {
      Files.writeString(json.get(), Json.line(measurement) + "\n");
    }
    return 0;
  }

  private Benchmark benchmark() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads > cores) {
      throw new UserException(
          "--threads is " + threads + " but must be at most the cores there are, " + cores);
    }
    List<Configuration> chosen =
        configurations.isEmpty()
            ? Arrays.asList(Configuration.values())
            : configurations.stream().map(Configuration::of).toList();
    return new Benchmark(chosen, devices, threads, members, precision, rounds);
  }

  private static void checkFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new UserException("--json " + file + ": expected a file in a folder that exists");
    }
  }
}
