package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.observe.Prediction;
import kleiber.observe.Quantity;
import kleiber.observe.SavedFit;
import kleiber.observe.SealFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a fit says of a run that nobody has done. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Foretell the loss of a run from a fit that `run` or `fit` wrote: of a run of N parameters on"
          + " D tokens, or of the best division of C FLOPs between them.",
      "A sealed prediction goes to a file that is only ever added to, each line bound to the one"
          + " before; the run that is foretold has to be trained with the seed that the seal says."
    })
final class PredictCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FIT.json",
      description =
          "A fit, such as results/quickstart/fits/Chinchilla.json or what `fit --json` wrote.")
  private Path file;

  @Option(
      names = "--params",
      paramLabel = "N",
      description = "Parameters, counted as the fit counts them; 1e9 is understood.")
  private Optional<Double> params = Optional.empty();

  @Option(names = "--tokens", paramLabel = "D", description = "Training tokens.")
  private Optional<Double> tokens = Optional.empty();

  @Option(
      names = "--flops",
      paramLabel = "C",
      description = "Training FLOPs, to be divided as the law says is best.")
  private Optional<Double> flops = Optional.empty();

  @Option(
      names = "--axis",
      paramLabel = "NAME=VALUE",
      description = "A further axis that the law reads, such as uniqueTokens=4e9. May be repeated.")
  private Map<String, Double> axes = new LinkedHashMap<>();

  @Option(
      names = "--seal",
      paramLabel = "FILE",
      description = "Add the prediction to a file of sealed ones; `kleiber verify` scores them.")
  private Optional<Path> seal = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requirePositive("--params", params);
    requirePositive("--tokens", tokens);
    requirePositive("--flops", flops);
    boolean scale = params.isPresent() && tokens.isPresent() && flops.isEmpty();
    boolean compute = params.isEmpty() && tokens.isEmpty() && flops.isPresent();
    if (!scale && !compute) {
      throw new UserException(
          "expected --params with --tokens, or --flops alone, such as --params 1e9 --tokens 2e10");
    }
    SavedFit fit = SavedFit.read(file);
    PrintWriter out = spec.commandLine().getOut();
    Prediction prediction;
    if (scale) {
      prediction = fit.predict(fit.scale(params.get(), tokens.get(), axes));
    } else {
      SavedFit.Optimum optimum = fit.optimum(flops.get(), axes);
      prediction = optimum.prediction();
      print(optimum, out);
    }
    out.println(prediction.sentence());
    fit.params()
        .ifPresent(
            words ->
                out.println("  Parameters are counted as the fit counts them: " + words + "."));
    prediction.notes().forEach(note -> out.println("  " + note));
    if (seal.isPresent()) {
      out.println(new SealFile(seal.get()).add(file, fit, prediction).sentence());
    }
    out.flush();
    return 0;
  }

  private static void print(SavedFit.Optimum optimum, PrintWriter out) {
    if (!optimum.inside()) {
      out.println(
          "The law has no best division there: the loss falls up to an end of what was looked"
              + " over.");
    }
    out.println(
        "best at %s FLOPs: N = %s%s, D = %s%s"
            .formatted(
                Quantity.count(optimum.prediction().at().flops()),
                Quantity.count(optimum.prediction().at().params()),
                range(optimum.params()),
                Quantity.count(optimum.prediction().at().tokens()),
                range(optimum.tokens())));
  }

  private static String range(Optional<Interval> interval) {
    return interval
        .map(
            its ->
                " [%s, %s] (%s)"
                    .formatted(
                        Quantity.count(its.low()),
                        Quantity.count(its.high()),
                        Quantity.percent(its.confidence())))
        .orElse("");
  }

  private static void requirePositive(String option, Optional<Double> value) {
    if (value.isPresent() && !(value.get() > 0 && value.get() < Double.POSITIVE_INFINITY)) {
      throw new UserException(option + " is " + value.get() + " but must be positive");
    }
  }
}
