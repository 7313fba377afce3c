package kleiber.report;

import java.util.List;
import java.util.Optional;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Objective;
import kleiber.fit.Outcome;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;

/**
 * The fit that a report publishes.
 *
 * @param theta the law's parameters
 * @param sentence what a user must know about the outcome
 * @param thetas those of every resample; none where there are no intervals
 * @param noise standard deviation of ln L from run to run; NaN without intervals
 * @param degreesOfFreedom what the noise was measured with; NaN without intervals
 * @param resampling what was drawn anew; null without intervals
 */
public record PublishedFit(
    double[] theta,
    double cost,
    int observations,
    int starts,
    int agreed,
    Outcome outcome,
    String sentence,
    double[][] thetas,
    double noise,
    double degreesOfFreedom,
    Bootstrap.Resampling resampling) {
  static Optional<PublishedFit> of(Analysis analysis) {
    Optional<BootstrappedLaw> boot = analysis.bootstrapped();
    return analysis
        .fitted()
        .map(
            fitted ->
                new PublishedFit(
                    fitted.theta(),
                    fitted.cost(),
                    fitted.observations(),
                    fitted.starts(),
                    fitted.agreed(),
                    fitted.outcome(),
                    fitted.sentence(),
                    boot.map(BootstrappedLaw::thetas).orElse(new double[0][]),
                    boot.map(BootstrappedLaw::noise).orElse(Double.NaN),
                    boot.map(BootstrappedLaw::degreesOfFreedom).orElse(Double.NaN),
                    boot.map(BootstrappedLaw::resampling).orElse(null)));
  }

  FittedLaw fitted(Law law, Objective objective) {
    return new FittedLaw(
        law, objective, theta, cost, observations, starts, agreed, outcome, sentence);
  }

  Optional<BootstrappedLaw> bootstrapped(FittedLaw fitted, List<Observation> fit) {
    return thetas.length == 0
        ? Optional.empty()
        : Optional.of(
            new BootstrappedLaw(
                fitted,
                new LawFitter(fitted.objective()),
                fit,
                thetas,
                noise,
                degreesOfFreedom,
                resampling));
  }
}
