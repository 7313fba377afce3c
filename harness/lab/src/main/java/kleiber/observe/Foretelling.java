package kleiber.observe;

import java.util.List;
import java.util.Optional;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.fit.Resampler;
import kleiber.laws.Law;
import kleiber.laws.Observation;

/**
 * A law fitted to small runs, and what it said of large ones: all of an analysis that asks nothing
 * but losses, and so can be done again wherever they are, in a browser too.
 *
 * @param fit the rows fitted
 * @param heldOut the rows foretold
 * @param confidence of intervals
 * @param fitted the law, when there was something to fit
 * @param bootstrapped its spread over resamples, when there are enough runs
 * @param extrapolation the rows foretold, with intervals
 */
public record Foretelling(
    List<Observation> fit,
    List<Observation> heldOut,
    double confidence,
    Optional<FittedLaw> fitted,
    Optional<BootstrappedLaw> bootstrapped,
    Optional<Extrapolation> extrapolation) {
  /** The bootstrap draws the same resamples every time. */
  private static final long BOOTSTRAP_SEED = 1;

  public Foretelling {
    fit = List.copyOf(fit);
    heldOut = List.copyOf(heldOut);
  }

  /** Fits a law, and foretells without intervals. */
  public static Foretelling of(
      Law law,
      LawFitter fitter,
      List<Observation> fit,
      List<Observation> heldOut,
      double confidence) {
    return new Foretelling(
        fit,
        heldOut,
        confidence,
        fit.isEmpty() ? Optional.empty() : Optional.of(fitter.fit(law, fit)),
        Optional.empty(),
        Optional.empty());
  }

  /** The same with intervals from so many resamples, where the runs carry any. */
  public Foretelling withIntervals(LawFitter fitter, int draws) {
    Optional<Resampler> resampler = resampler(fitter, draws);
    resampler.ifPresent(its -> its.more(draws));
    return with(resampler.map(Resampler::law));
  }

  /** What draws those resamples, for those who take them in parts; where the runs carry any. */
  public Optional<Resampler> resampler(LawFitter fitter, int draws) {
    return usable()
        .filter(this::carriesErrorBars)
        .map(law -> new Bootstrap(fitter, draws, BOOTSTRAP_SEED).resampler(law, fit));
  }

  /** The same with intervals from resamples. */
  public Foretelling with(Optional<BootstrappedLaw> resampled) {
    return new Foretelling(
        fit,
        heldOut,
        confidence,
        fitted,
        resampled,
        heldOut.isEmpty()
            ? Optional.empty()
            : resampled.map(boot -> Extrapolation.of(fitted.get(), boot, heldOut, confidence)));
  }

  /** The law, unless no start of the fit led anywhere. */
  public Optional<FittedLaw> usable() {
    return fitted.filter(law -> law.outcome() != Outcome.FAILED);
  }

  /** Whether there is anything left, after the parameters, to measure the noise with. */
  public boolean carriesErrorBars(FittedLaw law) {
    return clusters() > 1 && fit.size() > law.theta().length;
  }

  /** Runs, or trunks with their branches, among the rows fitted. */
  public long clusters() {
    return fit.stream().map(Observation::cluster).distinct().count();
  }

  /** How the law misses the rows that it was fitted to; empty when there is no law. */
  public List<Residual> residuals() {
    return residuals(fit);
  }

  /** How the law misses the rows held out; empty when there is no law. */
  public List<Residual> heldOutResiduals() {
    return residuals(heldOut);
  }

  private List<Residual> residuals(List<Observation> rows) {
    return usable()
        .map(law -> rows.stream().map(row -> new Residual(row, law.loss(row.at()))).toList())
        .orElse(List.of());
  }

  /** Mean absolute relative error over the rows fitted; NaN when there are none. */
  public double trainingError() {
    return residuals().stream()
        .mapToDouble(residual -> Math.abs(residual.relativeError()))
        .average()
        .orElse(Double.NaN);
  }
}
