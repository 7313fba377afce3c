package kleiber.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes the report of results that are there. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Write report.html, figures, observations.csv and fits again from an experiment's logs."
            + " Trains nothing.")
final class ReportCommand implements Callable<Integer> {
  @Mixin private ResultsArguments arguments;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    new Findings(arguments.read(), arguments.folder()).write(spec.commandLine().getOut());
    return 0;
  }
}
