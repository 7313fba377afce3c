package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;
import kleiber.plan.DressRehearsal;
import kleiber.plan.Estimand;
import kleiber.plan.EstimatorScore;
import kleiber.plan.PlannedScales;
import kleiber.plan.Prior;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How well a grid would be read, were a law to hold. */
@Command(
    name = "rehearse",
    mixinStandardHelpOptions = true,
    description = {
      "Play an experiment through on made losses before paying for it: a law gives every run of the"
          + " grid its loss, with noise, and the whole analysis reads them, many times.",
      "Prints the bias, the error and the coverage of each estimator on that very grid."
    })
final class RehearseCommand implements Callable<Integer> {
  @Mixin private ExperimentArguments arguments;

  @Mixin private PriorOptions prior;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "100",
      description = "How often all losses are made. Default: ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "200",
      description = "Of each bootstrap. Default: ${DEFAULT-VALUE}.")
  private int resamples;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the noise. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Experiment experiment = arguments.readToTrain();
    PrintWriter out = spec.commandLine().getOut();
    PlannedScales scales = Scales.of(experiment, arguments.folder(experiment), out);
    Prior law = prior.of(experiment, scales, arguments.folder(experiment));
    List<EstimatorScore> scores;
    try {
      scores =
          new DressRehearsal(experiment, scales, law, draws, resamples, seed)
              .play(prior.targets().stream().findFirst());
    } catch (IllegalArgumentException e) {
      throw new UserException("--" + e.getMessage(), e);
    }
    out.println(experiment.name() + ", rehearsed " + draws + " times: " + law.words());
    out.println();
    out.println(table(scores, experiment.fit().confidence()));
    scores.stream()
        .filter(score -> score.draws() < draws)
        .forEach(
            score ->
                out.println(
                    "%s gave no answer in %d draws: %s"
                        .formatted(
                            score.name(), draws - score.draws(), score.refusal().orElseThrow())));
    out.flush();
    return 0;
  }

  private static TextTable table(List<EstimatorScore> scores, double confidence) {
    TextTable table =
        new TextTable(
            "estimator",
            "estimates",
            "truth",
            "bias",
            "error",
            "half-width",
            "held, of " + Quantity.percent(confidence));
    for (EstimatorScore score : scores) {
      table.row(
          score.name(),
          score.estimand().words(),
          Quantity.significant(score.truth(), 4),
          error(score, score.bias()),
          error(score, score.error()),
          error(score, score.width()),
          Quantity.percent(score.coverage()));
    }
    return table;
  }

  private static String error(EstimatorScore score, double value) {
    return score.estimand() == Estimand.LOSS
        ? Quantity.percent(value)
        : Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }
}
