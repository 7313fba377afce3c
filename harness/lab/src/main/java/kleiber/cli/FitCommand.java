package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.observe.FitFile;
import kleiber.observe.Quantity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Fits a law to losses that are there. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description =
        "Fit the law to an experiment's results, foretell what is held out, and print parameters"
            + " with intervals. Trains nothing and writes nothing but fits/<law>.json.")
final class FitCommand implements Callable<Integer> {
  @Mixin private ResultsArguments arguments;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = arguments.read();
    Findings findings = new Findings(experiment, arguments.folder());
    PrintWriter out = spec.commandLine().getOut();
    Optional<FitFile> fit = FitFile.of(findings.analysis());
    if (fit.isPresent()) {
      out.println(fit.get().formula());
      TextTable table = new TextTable("parameter", "value", "low", "high", "unit");
      for (Map.Entry<String, FitFile.Estimate> entry : fit.get().theta().entrySet()) {
        FitFile.Estimate estimate = entry.getValue();
        table.row(
            entry.getKey(),
            Quantity.significant(estimate.value(), 5),
            Quantity.significant(estimate.low(), 5),
            Quantity.significant(estimate.high(), 5),
            estimate.unit());
      }
      out.println(table);
      Path file = FitFile.path(arguments.folder(), experiment.fit().law());
      if (arguments.changed()) {
        out.println("not written: with --set it is another fit than that of the report, " + file);
      } else {
        fit.get().write(file);
      }
    }
    findings.say(out);
    return fit.isPresent() ? 0 : Failures.FAILED;
  }
}
