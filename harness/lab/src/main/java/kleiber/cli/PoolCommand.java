package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;
import kleiber.study.PooledCheckpoints;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A study's cases over several experiments. */
@Command(
    name = "pool",
    mixinStandardHelpOptions = true,
    description =
        "Say whether a law fitted to all checkpoints foretells better than one fitted to last"
            + " losses, over the cases that the study Checkpoints wrote for several experiments."
            + " The interval is made of experiments, since the cases of one share its runs.")
final class PoolCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "RESULTS", description = "Folders of results.")
  private List<Path> results;

  @Option(
      names = "--confidence",
      paramLabel = "P",
      defaultValue = "0.9",
      description = "Of the interval. Default: ${DEFAULT-VALUE}.")
  private double confidence;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!(confidence > 0 && confidence < 1)) {
      throw new UserException(
          "--confidence is %s but must be between 0 and 1, such as 0.9".formatted(confidence));
    }
    PooledCheckpoints pooled = PooledCheckpoints.of(results, confidence);
    PrintWriter out = spec.commandLine().getOut();
    out.println(pooled.sentence());
    out.println();
    TextTable table = new TextTable("experiment", "cases", "all less last, mean");
    pooled
        .byExperiment()
        .forEach(
            (name, cases) ->
                table.row(
                    name,
                    Integer.toString(cases.size()),
                    Quantity.percent(cases.stream().mapToDouble(x -> x).average().orElseThrow())));
    out.println(table);
    out.flush();
    return 0;
  }
}
