package kleiber.study;

import java.util.List;
import kleiber.fit.BootstrappedLaw;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;

/**
 * How much the final loss of a run scatters.
 *
 * @param share standard deviation as a share of the loss; NaN where it is known in nats
 * @param nats the same in nats per token; NaN where it is known as a share
 * @param degreesOfFreedom with which it was measured
 * @param source what told it, in a sentence
 */
record RunNoise(double share, double nats, double degreesOfFreedom, String source) {
  /**
   * Between seeds where there are several, else about the law, which holds the error of its form
   * too.
   *
   * @param runs among which the seeds count; runs far off the best rate scatter more
   * @throws IllegalArgumentException when neither tells it
   */
  static RunNoise of(Analysis analysis, List<FinalLoss> runs) {
    List<List<FinalLoss>> repeated = repeated(runs);
    int freedom = degreesOfFreedom(runs);
    if (freedom > 0) {
      double deviation =
          Math.sqrt(repeated.stream().mapToDouble(RunNoise::squares).sum() / freedom);
      return new RunNoise(
          Double.NaN,
          deviation,
          freedom,
          "The noise of a run is %s %s, between seeds%s (%s of freedom)."
              .formatted(
                  Quantity.significant(deviation, 2),
                  analysis.unit(),
                  repeated.size() > 1 ? " pooled over %d cells".formatted(repeated.size()) : "",
                  Wording.count(freedom, "degree")));
    }
    BootstrappedLaw law =
        analysis
            .bootstrapped()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "nothing tells the noise of a run: no settings were run with two seeds,"
                            + " and no law was fitted with error bars"));
    return new RunNoise(
        law.noise(),
        Double.NaN,
        law.degreesOfFreedom(),
        "The noise of a run is taken to be its scatter about the law, %s of the loss: no settings were run with two seeds."
            .formatted(Quantity.percent(law.noise())));
  }

  /** With which seeds tell the noise of these runs by themselves; 0 where they do not. */
  static int degreesOfFreedom(List<FinalLoss> runs) {
    return repeated(runs).stream().mapToInt(cell -> cell.size() - 1).sum();
  }

  private static List<List<FinalLoss>> repeated(List<FinalLoss> runs) {
    return FinalLoss.cells(runs, "seed").stream().filter(cell -> cell.size() > 1).toList();
  }

  /** The same, its source said to be of a part of the runs. */
  RunNoise within(String part) {
    return new RunNoise(share, nats, degreesOfFreedom, part + source);
  }

  private static double squares(List<FinalLoss> cell) {
    double mean = cell.stream().mapToDouble(FinalLoss::loss).average().orElseThrow();
    return cell.stream().mapToDouble(run -> (run.loss() - mean) * (run.loss() - mean)).sum();
  }

  /** Standard deviation of a loss, nats per token. */
  double of(double loss) {
    return Double.isNaN(nats) ? share * loss : nats;
  }
}
