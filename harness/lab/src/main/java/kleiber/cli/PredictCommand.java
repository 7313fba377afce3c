package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import kleiber.estimate.ServingPlan;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.laws.Scale;
import kleiber.observe.Prediction;
import kleiber.observe.Quantity;
import kleiber.observe.SavedFit;
import kleiber.observe.SealFile;
import kleiber.observe.Serving;
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
      "With --tokens-served, the best model when those tokens count too that it will serve, a"
          + " forward pass each: the cheapest for a loss, or the best for what C FLOPs pay for in"
          + " all.",
      "A sealed prediction goes to a file that is only ever added to, each line bound to the one"
          + " before; the run that is foretold has to be trained with the seed that the seal says."
    })
final class PredictCommand implements Callable<Integer> {
  /** Times by which what a run costs may differ from what runs like it cost. */
  private static final double FAR = 3;

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
      description =
          "Training FLOPs, to be divided as the law says is best, if it reads N and D; with"
              + " --params and --tokens, what that very run costs; with --tokens-served, FLOPs of"
              + " training and serving.")
  private Optional<Double> flops = Optional.empty();

  @Option(
      names = "--tokens-served",
      paramLabel = "T",
      description = "Tokens that the model will serve; give --target-loss or --flops with it.")
  private Optional<Double> served = Optional.empty();

  @Option(
      names = "--target-loss",
      paramLabel = "L",
      description = "Loss to be reached at the least cost, nats per token.")
  private Optional<Double> target = Optional.empty();

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
    requirePositive("--tokens-served", served);
    requirePositive("--target-loss", target);
    boolean serve = served.isPresent() || target.isPresent();
    boolean sized = params.isPresent() || tokens.isPresent();
    boolean scale = params.isPresent() && tokens.isPresent() && !serve;
    boolean compute = !sized && flops.isPresent() && !serve;
    boolean cheapest = !sized && serve && target.isPresent() != flops.isPresent();
    if (!scale && !compute && !cheapest) {
      throw new UserException(
          "expected --params with --tokens, such as --params 1e9 --tokens 2e10; or --flops alone;"
              + " or --tokens-served with either --target-loss or --flops");
    }
    SavedFit fit = SavedFit.read(file);
    PrintWriter out = spec.commandLine().getOut();
    Prediction prediction;
    if (scale) {
      prediction = fit.predict(scale(fit));
    } else if (cheapest) {
      OptionalDouble loss = target.map(OptionalDouble::of).orElse(OptionalDouble.empty());
      Serving serving = fit.serving(served.orElse(0.0), loss, flops.orElse(0.0), axes);
      prediction = serving.prediction();
      print(serving, out);
    } else if (fit.readsComputeAlone()) {
      prediction = fit.predict(flops.get(), axes);
    } else {
      SavedFit.Optimum optimum = fit.optimum(flops.get(), axes);
      prediction = optimum.prediction();
      print(optimum, out);
    }
    out.println(prediction.sentence());
    fit.params()
        .filter(words -> prediction.isOfOneRun())
        .ifPresent(
            words ->
                out.println(
                    "  Parameters are counted as the fit counts them: "
                        + words.toLowerCase(Locale.ROOT).replace('_', '-')
                        + "."));
    prediction.notes().forEach(note -> out.println("  " + note));
    if (seal.isPresent()) {
      out.println(new SealFile(seal.get()).add(file, fit, prediction).sentence());
    }
    out.flush();
    return 0;
  }

  /** Where the run lies that is asked for; what it costs is told, or taken from the runs fitted. */
  private Scale scale(SavedFit fit) {
    Scale at = fit.scale(params.get(), tokens.get(), axes);
    if (flops.isEmpty()) {
      return at;
    }
    double times = flops.get() / at.flops();
    if (!(times > 1 / FAR && times < FAR)) {
      throw new UserException(
          "--flops is %s, but a run of that size on so many tokens costs about %s; leave it out when that will do"
              .formatted(Quantity.count(flops.get()), Quantity.count(at.flops())));
    }
    return new Scale(at.params(), at.tokens(), flops.get(), at.extra());
  }

  private void print(Serving serving, PrintWriter out) {
    out.println("best: " + serving.sentence());
    if (served.isPresent()) {
      serving.trainedBest().ifPresent(other -> out.println(beside(serving.best(), other)));
    }
    serving
        .intervals()
        .filter(answer -> answer.without() > 0)
        .ifPresent(
            answer ->
                out.println(
                    "  In %s of the resamples no model does that; they count as without end."
                        .formatted(Quantity.percent(answer.without()))));
  }

  /** What it costs to forget, when a model is chosen, that it will serve. */
  private String beside(ServingPlan best, ServingPlan other) {
    return target.isPresent()
        ? "  The model that is cheapest to train to that loss (N = %s, D = %s) costs %s FLOPs with serving, %s times as much."
            .formatted(
                Quantity.count(other.params()),
                Quantity.count(other.tokens()),
                Quantity.count(other.flops()),
                Quantity.significant(other.flops() / best.flops(), 3))
        : "  Spent on training alone, these FLOPs reach %s nats per token (N = %s, D = %s)."
            .formatted(
                Quantity.within(other.loss(), Double.NaN),
                Quantity.count(other.params()),
                Quantity.count(other.tokens()));
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
