package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kleiber.experiment.UserException;
import kleiber.observe.FitFile;
import kleiber.observe.Prediction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a fit says of a run that nobody has done. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Foretell the loss of a run from a fit that `run` or `fit` wrote.")
final class PredictCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FIT.json",
      description = "A fit, such as results/quickstart/fits/Chinchilla.json.")
  private Path file;

  @Option(
      names = "--params",
      required = true,
      paramLabel = "N",
      description = "Parameters, counted as the fit counts them; 1e9 is understood.")
  private double params;

  @Option(names = "--tokens", required = true, paramLabel = "D", description = "Training tokens.")
  private double tokens;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requirePositive("--params", params);
    requirePositive("--tokens", tokens);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "there is no file "
              + file
              + "; expected a fit, such as results/quickstart/fits/Chinchilla.json");
    }
    FitFile fit = FitFile.read(file);
    Prediction prediction = fit.predict(params, tokens);
    PrintWriter out = spec.commandLine().getOut();
    out.println(prediction.sentence());
    out.println(
        "  Parameters are counted as the fit counts them: " + fit.conventions().params() + ".");
    prediction.notes().forEach(note -> out.println("  " + note));
    out.flush();
    return 0;
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new UserException(option + " is " + value + " but must be positive");
    }
  }
}
