package kleiber.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import kleiber.experiment.Json;
import kleiber.experiment.Words;
import kleiber.live.RunState;
import kleiber.observe.Flag;
import kleiber.observe.OracleComparison;
import kleiber.observe.QualityGates;
import kleiber.observe.Quantity;
import kleiber.run.RunStore;
import kleiber.run.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Every cell of a grid and how far it is. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description =
        "List every run of an experiment with its state (done, diverged, failed, running, missing),"
            + " tokens, loss and seconds; `why` says what a run is.")
final class RunsCommand implements Callable<Integer> {
  /**
   * A line of {@code --json}.
   *
   * @param side grid or probe
   * @param loss nats per token
   * @param flags what quality gates say of it, when they were asked and stopped at it
   */
  private record Line(
      String run,
      RunState state,
      String side,
      long tokens,
      long planned,
      OptionalDouble loss,
      OptionalDouble seconds,
      Optional<String> reason,
      Optional<List<String>> flags) {}

  @Mixin private ExperimentOrResults arguments;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description =
          "Only runs in one of these states: done, diverged, failed, running, interrupted, missing;"
              + " all when not given.")
  private List<RunState> wanted = List.of(RunState.values());

  @Option(
      names = "--flags",
      description =
          "Also read every log, and tell which runs quality gates stop at: divergence, spikes, a"
              + " decay that was not finished, outliers among seeds, learning rates that are not"
              + " the best.")
  private boolean flags;

  @Option(names = "--json", description = "One JSON object a line, for other programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ExperimentOrResults.Found found = arguments.find();
    RunStore store = new RunStore(found.folder());
    String heldOut = found.experiment().fit().heldOut();
    List<RunSummary> all =
        found.experiment().runs().parallelStream().map(run -> store.summary(run, heldOut)).toList();
    Map<String, List<String>> flagged = flags ? flagged(found, store) : Map.of();
    List<Line> lines =
        all.stream()
            .map(run -> line(run, Optional.ofNullable(flagged.get(run.run().id()))))
            .filter(line -> wanted.contains(line.state()))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      lines.forEach(line -> out.println(Json.line(line)));
    } else {
      print(lines, all, out);
      OracleComparison.floor(found.experiment().runs().stream(), heldOut)
          .ifPresent(
              floor ->
                  out.printf(
                      Locale.ROOT,
                      "the ideal predictor's loss on the same tokens: %.4f nats per token%n",
                      floor));
    }
    out.flush();
    return 0;
  }

  /** What quality gates say, by run. */
  private static Map<String, List<String>> flagged(
      ExperimentOrResults.Found found, RunStore store) {
    return QualityGates.of(store.load(found.experiment()), found.experiment().fit()).stream()
        .collect(
            Collectors.groupingBy(
                Flag::run,
                Collectors.mapping(
                    flag -> Words.of(flag.gate()) + ": " + flag.reason(), Collectors.toList())));
  }

  private static Line line(RunSummary run, Optional<List<String>> flags) {
    return new Line(
        run.run().id(),
        RunState.of(run),
        run.run().probe() ? "probe" : "grid",
        run.tokens(),
        run.run().trainedTokens(),
        finite(run.loss()),
        finite(run.seconds()),
        run.reason(),
        flags);
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static void print(List<Line> lines, List<RunSummary> all, PrintWriter out) {
    TextTable table =
        new TextTable("run", "state", "side", "tokens", "of", "loss", "seconds", "reason");
    for (Line line : lines) {
      table.row(
          line.run(),
          Words.of(line.state()),
          line.side(),
          Quantity.count(line.tokens()),
          Quantity.count(line.planned()),
          number("%.4f", line.loss()),
          number("%.1f", line.seconds()),
          line.flags().map(each -> String.join("; ", each)).or(line::reason).orElse(""));
    }
    out.println(table);
    out.println();
    Map<RunState, Long> counts =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    RunState::of, () -> new EnumMap<>(RunState.class), Collectors.counting()));
    out.println(
        all.size()
            + " runs: "
            + counts.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(entry -> entry.getValue() + " " + Words.of(entry.getKey()))
                .collect(Collectors.joining(", ")));
  }

  private static String number(String format, OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "–";
  }
}
