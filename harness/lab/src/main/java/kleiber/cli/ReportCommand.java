package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.observe.ParquetExport;
import kleiber.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the report of results that are there. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description =
        "Write report.html, report.md, figures, observations.csv and fits again from an"
            + " experiment's logs. Trains nothing.")
final class ReportCommand implements Callable<Integer> {
  @Mixin private ResultsArguments arguments;

  @Option(
      names = "--parquet",
      paramLabel = "FILE",
      description = "Also write the observations as Parquet.")
  private Optional<Path> parquet = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Findings findings = new Findings(arguments.read(), arguments.folder());
    findings.write(spec.commandLine().getOut());
    Report.writePictures(arguments.folder(), findings.conclusions());
    if (parquet.isPresent()) {
      ParquetExport.write(parquet.get(), findings.conclusions().analysis().observations());
    }
    return 0;
  }
}
