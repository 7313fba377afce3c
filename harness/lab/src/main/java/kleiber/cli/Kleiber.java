package kleiber.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "kleiber",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "A scaling-law laboratory: trains families of small transformers over a grid of sizes and"
            + " token counts, fits a law to the small ones and foretells the large one.",
    subcommands = {
      RunCommand.class,
      PlanCommand.class,
      RehearseCommand.class,
      NextCommand.class,
      SlurmCommand.class,
      WatchCommand.class,
      ServeCommand.class,
      RunsCommand.class,
      WhyCommand.class,
      FitCommand.class,
      ContestCommand.class,
      PredictCommand.class,
      CompareCommand.class,
      PoolCommand.class,
      VerifyCommand.class,
      AuditCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      QueryCommand.class,
      ImportCommand.class,
      ReproduceCommand.class,
      CleanCommand.class,
      ListCommand.class,
      BenchCommand.class,
      DoctorCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; a run that diverged is a row of the table, not a failure",
      "1:something failed",
      "2:the input is wrong; the message says what was expected",
      "130:interrupted; what was trained is kept, and the same command goes on from there"
    },
    footer = {
      "",
      "Environment:",
      "  KLEIBER_CACHE       where tokenized text is kept; ~/.cache/kleiber if not set",
      "  KLEIBER_JAVA_OPTS   options for the JVM, such as -Xmx16g",
      "  KLEIBER_MAVEN_ARGS  arguments for the build, such as -Pnd4j-cuda",
      "",
      "First steps:",
      "  kleiber run experiments/quickstart.yaml"
    })
public final class Kleiber implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line as tests, completion and man pages see it. */
  static CommandLine commandLine() {
    return new CommandLine(new Kleiber())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new Failures())
        .setExecutionExceptionHandler(new Failures());
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
  }
}
