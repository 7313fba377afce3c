package kleiber.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kleiber.estimate.Allocation;
import kleiber.estimate.Approach1;
import kleiber.estimate.Approach2;
import kleiber.estimate.Approach3;
import kleiber.estimate.Estimate;
import kleiber.estimate.IsoFlop;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.fit.Frontier;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.laws.Chinchilla;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import kleiber.observe.FitScope;
import kleiber.observe.FlopsPerToken;
import kleiber.observe.SavedFit;

/** The estimators that a grid is rehearsed with. */
final class Estimators {
  private static final int BUDGETS = 1500;
  private static final long BOOTSTRAP_SEED = 1;

  /** How much the compute of runs of one budget may differ. */
  private static final double ONE_BUDGET = 0.05;

  private final FitPlan plan;
  private final Prior prior;
  private final Optional<Target> target;
  private final int resamples;

  Estimators(Experiment experiment, Prior prior, Optional<Target> target, int resamples) {
    this.plan = experiment.fit();
    this.prior = prior;
    this.target = target;
    this.resamples = resamples;
  }

  private static List<Scale> scales(MadeGrid grid) {
    return grid.fit().stream().map(Observation::at).toList();
  }

  /**
   * @param grid any draw of the grid, for its scales
   */
  List<Estimator> all(MadeGrid grid) {
    FlopsPerToken flopsPerToken = FlopsPerToken.of(grid.fit());
    Scale at =
        target
            .map(asked -> asked.scale(flopsPerToken, scales(grid)))
            .orElseGet(
                () ->
                    grid.heldOut().stream()
                        .map(Observation::at)
                        .max(Comparator.comparingDouble(Scale::flops))
                        .orElseThrow());
    List<Estimator> all = new ArrayList<>();
    String law = plan.law().getClass().getSimpleName();
    all.add(loss(law + ", " + plan.objective().describe(), plan.law(), at, MadeGrid::fit));
    all.add(loss("power law on the frontier", new PowerLaw(), at, draw -> Frontier.of(draw.fit())));
    if (prior.law() instanceof Chinchilla && plan.law() instanceof Chinchilla) {
      double a = frontier(grid.fit());
      all.add(
          exponent(
              "Approach 1, envelope",
              a,
              draw -> new Approach1(BUDGETS, resamples, BOOTSTRAP_SEED).estimate(draw.curves())));
      all.add(
          exponent(
              "Approach 2, parabolas",
              a,
              draw ->
                  new Approach2(resamples, BOOTSTRAP_SEED)
                      .estimate(IsoFlop.of(draw.fit(), ONE_BUDGET))));
      double alpha = prior.theta()[2];
      double beta = prior.theta()[4];
      all.add(
          exponent(
              "Approach 3, C = 6ND",
              beta / (alpha + beta),
              draw -> Approach3.of(bootstrapped(new Chinchilla(), draw.fit()))));
    }
    return all;
  }

  private Estimator loss(
      String name, Law law, Scale at, Function<MadeGrid, List<Observation>> rows) {
    double truth = prior.law().loss(at, prior.theta());
    return new Estimator(
        name,
        Estimand.LOSS,
        truth,
        draw -> {
          BootstrappedLaw fitted = bootstrapped(law, rows.apply(draw));
          return new Estimator.Answer(
              fitted.fitted().loss(at),
              fitted.prediction(at, plan.confidence()),
              truth * Math.exp(prior.noise() * draw.shift()));
        });
  }

  private Estimator exponent(String name, double truth, Function<MadeGrid, Allocation> method) {
    return new Estimator(
        name,
        Estimand.EXPONENT,
        truth,
        draw -> {
          Estimate a = method.apply(draw).a(plan.confidence());
          return new Estimator.Answer(a.value(), a.interval(), truth);
        });
  }

  private BootstrappedLaw bootstrapped(Law law, List<Observation> rows) {
    LawFitter fitter = new LawFitter(plan.objective());
    return new Bootstrap(fitter, resamples, BOOTSTRAP_SEED).run(fitter.fit(law, rows), rows);
  }

  /** a of the true law over the compute that was fitted, as the grid's own runs count it. */
  private double frontier(List<Observation> rows) {
    FittedLaw truth =
        new FittedLaw(
            prior.law(),
            plan.objective(),
            prior.theta(),
            0,
            rows.size(),
            1,
            1,
            Outcome.CONVERGED,
            "");
    SavedFit known =
        new SavedFit(
            truth,
            Optional.empty(),
            rows,
            plan.confidence(),
            Optional.empty(),
            Optional.empty(),
            FitScope.ALL);
    double low = rows.stream().mapToDouble(row -> row.at().flops()).min().orElseThrow();
    double high = rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
    return Math.log(best(known, high) / best(known, low)) / Math.log(high / low);
  }

  private static double best(SavedFit law, double flops) {
    return law.optimum(flops, Map.of()).prediction().at().params();
  }
}
