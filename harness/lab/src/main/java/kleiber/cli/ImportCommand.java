package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;
import kleiber.observe.Columns;
import kleiber.observe.ImportedCurves;
import kleiber.observe.ImportedLosses;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Curves that another program exported, as a table of losses. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Make a table of losses for `fit` out of what Weights & Biases or MLflow export: the curves"
          + " of a chart, and the table of its runs with their settings.",
      "A table with a row for each loss needs no import: `fit --map` reads it as it is."
    })
final class ImportCommand implements Callable<Integer> {
  private static final List<String> ROLES = List.of(Columns.N, Columns.RUN);

  @Parameters(
      index = "0",
      paramLabel = "CURVES.csv",
      description =
          "A chart's export: columns Step, RUN - METRIC, … of Weights & Biases, or Run, metric,"
              + " step, value of MLflow.")
  private Path curves;

  @Option(
      names = "--runs",
      paramLabel = "RUNS.csv",
      required = true,
      description = "The export of the table of runs: a row for each, with its settings.")
  private Path runs;

  @Option(
      names = "--map",
      paramLabel = "NAME=COLUMN",
      required = true,
      description =
          "Which column of the runs holds N and, where it has no usual name, the run's name:"
              + " N=n_params,run=Name.")
  private List<String> map = new ArrayList<>();

  @Option(
      names = "--tokens-per-step",
      paramLabel = "TOKENS",
      description =
          "Tokens of a step: a number, or the column of the runs that holds it. Not needed with"
              + " --axis-is-tokens.")
  private Optional<String> tokensPerStep = Optional.empty();

  @Option(
      names = "--axis-is-tokens",
      description = "The chart was drawn over tokens: its first column holds D and no steps.")
  private boolean axisIsTokens;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description = "Which of the metrics is the loss; need not be said where there is one.")
  private Optional<String> metric = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE.csv",
      required = true,
      description = "The table that is written: run, step, N, D, L.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (tokensPerStep.isPresent() == axisIsTokens) {
      throw new UserException(
          "how many tokens has a step? expected either --tokens-per-step or --axis-is-tokens");
    }
    Map<String, String> roles = Columns.parse(map).byRole();
    for (String role : roles.keySet()) {
      if (!ROLES.contains(role)) {
        throw new UserException("--map " + role + ": " + Names.known(role, ROLES));
      }
    }
    if (!roles.containsKey(Columns.N)) {
      throw new UserException("which column of the runs holds N? say it with --map N=COLUMN");
    }
    ImportedCurves read = ImportedCurves.read(curves, metric);
    int rows =
        ImportedLosses.with(runs, Optional.ofNullable(roles.get(Columns.RUN)), roles.get(Columns.N))
            .write(out, read, tokensPerStep, axisIsTokens);
    PrintWriter said = spec.commandLine().getOut();
    said.println(
        "%d losses (%s) of %d runs written: ./kleiber fit %s"
            .formatted(
                rows,
                read.metric(),
                read.points().stream().map(ImportedCurves.Point::run).distinct().count(),
                out));
    said.flush();
    return 0;
  }
}
