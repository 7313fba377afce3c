package kleiber.observe;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.FitPlan;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Extrapolation;
import kleiber.fit.FittedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.observe.FitFile.Conventions;
import kleiber.observe.FitFile.Estimate;
import kleiber.observe.FitFile.FittedRow;
import kleiber.observe.FitFile.Foretold;
import kleiber.observe.FitFile.HeldOut;
import kleiber.observe.FitFile.Resamples;

/** Puts an analysis into the form of its file. */
final class FitWriter {
  private FitWriter() {}

  private static final HeldOut UNCHECKED =
      new HeldOut(Double.NaN, Double.NaN, Double.NaN, "", List.of());

  /** The file of an analysis and its fitted law. */
  static FitFile of(Analysis analysis, FittedLaw fitted) {
    FitPlan plan = analysis.experiment().fit();
    Map<String, Double> conventionErrors = new LinkedHashMap<>();
    for (ConventionError error : analysis.conventions()) {
      conventionErrors.put(error.params().name(), error.meanAbsoluteRelativeError());
    }
    return new FitFile(
        analysis.experiment().name(),
        analysis.experiment().question(),
        Answer.of(analysis).headline(),
        JsonRecords.typed(fitted.law()),
        fitted.law().formula(),
        fitted.law().source(),
        JsonRecords.typed(fitted.objective()),
        fitted.objective().describe(),
        new Conventions(
            plan.params().name(),
            plan.flops().name(),
            plan.checkpoints().name(),
            plan.heldOut(),
            plan.holdOut().flopsAbove(),
            FitScope.of(plan)),
        plan.confidence(),
        estimates(analysis, fitted),
        fitted.cost(),
        fitted.observations(),
        fitted.starts(),
        fitted.agreed(),
        fitted.outcome(),
        fitted.sentence(),
        analysis.trainingError(),
        analysis.extrapolation().map(FitWriter::heldOut).orElse(UNCHECKED),
        conventionErrors,
        analysis.observations().fit().stream().map(FitWriter::row).toList(),
        new Resamples(
            unit(analysis.observations().fit()),
            analysis.bootstrapped().map(BootstrappedLaw::resampling).orElse(null),
            analysis.bootstrapped().map(BootstrappedLaw::noise).orElse(Double.NaN),
            analysis.bootstrapped().map(BootstrappedLaw::degreesOfFreedom).orElse(Double.NaN),
            analysis
                .bootstrapped()
                .map(boot -> Arrays.stream(boot.thetas()).map(FitWriter::list).toList())
                .orElse(List.of())));
  }

  private static Map<String, Estimate> estimates(Analysis analysis, FittedLaw fitted) {
    Map<String, Estimate> estimates = new LinkedHashMap<>();
    List<Parameter> parameters = fitted.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      int index = i;
      Optional<Interval> interval =
          analysis
              .bootstrapped()
              .map(boot -> boot.parameter(index, analysis.experiment().fit().confidence()));
      estimates.put(
          parameters.get(i).name(),
          new Estimate(
              fitted.theta()[i],
              interval.map(Interval::low).orElse(Double.NaN),
              interval.map(Interval::high).orElse(Double.NaN),
              parameters.get(i).unit()));
    }
    return estimates;
  }

  private static FittedRow row(Observation row) {
    Scale at = row.at();
    return new FittedRow(
        row.run(),
        row.cluster(),
        at.params(),
        at.tokens(),
        at.flops(),
        at.extra(),
        row.loss(),
        row.standardError());
  }

  private static HeldOut heldOut(Extrapolation extrapolation) {
    return new HeldOut(
        extrapolation.meanAbsoluteRelativeError(),
        extrapolation.coverage(),
        extrapolation.baselineMeanAbsoluteRelativeError(),
        extrapolation.baseline().law().formula(),
        extrapolation.points().stream().map(FitWriter::foretold).toList());
  }

  private static Foretold foretold(Extrapolation.Point point) {
    Observation row = point.measured();
    return new Foretold(
        row.run(),
        row.at().params(),
        row.at().tokens(),
        row.at().flops(),
        row.loss(),
        row.standardError(),
        point.predicted(),
        point.interval().low(),
        point.interval().high(),
        point.relativeError(),
        point.covered());
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static String unit(List<Observation> rows) {
    long runs = rows.stream().map(Observation::run).distinct().count();
    long clusters = rows.stream().map(Observation::cluster).distinct().count();
    return clusters < runs ? "trunk with its branches" : "run";
  }
}
