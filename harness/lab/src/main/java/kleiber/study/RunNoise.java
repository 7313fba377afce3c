package kleiber.study;

import kleiber.fit.BootstrappedLaw;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.observe.SeedNoise;

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
   * @throws IllegalArgumentException when neither tells it
   */
  static RunNoise of(Analysis analysis) {
    if (analysis.seedNoise().isPresent()) {
      SeedNoise seeds = analysis.seedNoise().get();
      int freedom = seeds.runs() - seeds.cells();
      return new RunNoise(
          Double.NaN,
          seeds.standardDeviation(),
          freedom,
          "The noise of a run is %s nats per token, between seeds (%d degrees of freedom)."
              .formatted(Quantity.significant(seeds.standardDeviation(), 2), freedom));
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

  /** Standard deviation of a loss, nats per token. */
  double of(double loss) {
    return Double.isNaN(nats) ? share * loss : nats;
  }
}
