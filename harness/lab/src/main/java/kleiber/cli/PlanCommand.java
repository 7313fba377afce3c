package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Every run of an experiment and what it costs, without training any. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Print every run of an experiment: its size, tokens, FLOPs, side of the hold-out and"
            + " whether it is done. Trains nothing.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private ExperimentArguments arguments;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = arguments.read();
    PrintWriter out = spec.commandLine().getOut();
    out.println(Plan.of(experiment, arguments.folder(experiment)));
    out.flush();
    return 0;
  }
}
