package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import kleiber.estimate.ServingPlan;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Scale;
import kleiber.observe.Positive;
import kleiber.observe.Prediction;
import kleiber.observe.Quantity;
import kleiber.observe.Reach;
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
  private List<String> axes = new ArrayList<>();

  @Option(
      names = "--seal",
      paramLabel = "FILE",
      description = "Add the prediction to a file of sealed ones; `kleiber verify` scores them.")
  private Optional<Path> seal = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Reach.require("--params", ScaleAxis.PARAMS, params);
    Reach.require("--tokens", ScaleAxis.TOKENS, tokens);
    Reach.require("--flops", ScaleAxis.FLOPS, flops);
    Positive.require("--tokens-served", served);
    Positive.require("--target-loss", target);
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
    if (seal.filter(Files::isDirectory).isPresent()) {
      throw new UserException("--seal '" + seal.get() + "' is a folder; expected a file");
    }
    SavedFit fit = SavedFit.read(file);
    Map<String, Double> further = AxisValues.parse(axes, fit);
    List<String> lines = new ArrayList<>();
    Prediction prediction;
    if (scale) {
      prediction = fit.predict(scale(fit, further));
    } else if (cheapest) {
      OptionalDouble loss = target.map(OptionalDouble::of).orElse(OptionalDouble.empty());
      Serving serving = fit.serving(served.orElse(0.0), loss, flops.orElse(0.0), further);
      prediction = serving.prediction();
      say(serving, lines);
    } else if (fit.readsComputeAlone()) {
      prediction = fit.predict(flops.get(), further);
    } else {
      SavedFit.Optimum optimum = fit.optimum(flops.get(), further);
      prediction = optimum.prediction();
      say(optimum, lines);
    }
    lines.add(prediction.sentence());
    fit.params()
        .filter(words -> prediction.isOfOneRun())
        .ifPresent(
            words ->
                lines.add(
                    "  Parameters are counted as the fit counts them: "
                        + words.toLowerCase(Locale.ROOT).replace('_', '-')
                        + "."));
    prediction.notes().forEach(note -> lines.add("  " + note));
    if (seal.isPresent()) { // before anything is said: a seal that is refused is no prediction
      lines.add(new SealFile(seal.get()).add(file, fit, prediction).sentence());
    }
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
    return 0;
  }

  /** Where the run lies that is asked for; what it costs is told, or taken from the runs fitted. */
  private Scale scale(SavedFit fit, Map<String, Double> further) {
    Scale at = fit.scale(params.get(), tokens.get(), further);
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

  private void say(Serving serving, List<String> lines) {
    lines.add("best: " + serving.sentence());
    if (served.isPresent()) {
      serving.trainedBest().ifPresent(other -> lines.add(beside(serving.best(), other)));
    }
    serving
        .intervals()
        .filter(answer -> answer.without() > 0)
        .ifPresent(
            answer ->
                lines.add(
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

  private static void say(SavedFit.Optimum optimum, List<String> lines) {
    if (!optimum.inside()) {
      lines.add(
          "The law has no best division there: the loss falls up to an end of what was looked"
              + " over.");
    }
    lines.add(
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
}
