package kleiber.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import kleiber.design.Forecast;
import kleiber.design.Power;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.Outcome;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.observe.FlopsPerToken;
import kleiber.observe.Observations;
import kleiber.observe.Quantity;

/**
 * What a finished grid would tell, were a law to hold: the experiment's fit, repeated on made
 * losses.
 *
 * @param prior the law that is supposed
 * @param fit rows that would be fitted
 * @param targets that would be foretold, the one of the most compute first
 * @param forecast errors at the targets; empty where there are no more independent runs than
 *     constants, as residuals tell no noise then
 */
public record Prospect(
    FitPlan plan,
    Prior prior,
    List<Observation> fit,
    List<Scale> targets,
    Optional<Forecast> forecast) {
  private static final int MOST_DRAWS = 100;

  private static final int LEAST_DRAWS = 20;

  /** Rows fitted in all draws together: a plan is to be there at once. */
  private static final int MOST_ROWS = 20_000;

  private static final long SEED = 1;

  /** Beyond so many times the compute fitted, a law's form is a guess. */
  private static final double FAR = 100;

  /** Beyond so many times the N or D fitted, the same. */
  private static final double FAR_ALONG_AN_AXIS = 30;

  /** Fitted values of a positive constant that spread over such a factor leave it unknown. */
  private static final double WIDE = 2;

  /** The same for one that may be zero: share of what it is. */
  private static final double WIDE_SHARE = 0.5;

  /** Rows beyond the constants from which residuals tell the noise. */
  private static final int ENOUGH_ROWS = 8;

  /**
   * Draws losses and fits them.
   *
   * @param asked what is to be foretold; the runs held out when empty
   */
  public static Prospect of(
      Experiment experiment, PlannedScales scales, Prior prior, List<Target> asked)
      throws IOException {
    FitPlan plan = experiment.fit();
    Observations made =
        Observations.of(
            new MadeRuns(scales, prior).of(experiment.runs(), new SplittableRandom(SEED)), plan);
    List<Scale> beside =
        scales.of(experiment.runs().stream().filter(plan.recipe()::matches).toList());
    FlopsPerToken flopsPerToken = FlopsPerToken.of(beside.stream().map(Prospect::row).toList());
    List<Scale> targets =
        asked.isEmpty()
            ? made.heldOut().stream().map(Observation::at).distinct().toList()
            : asked.stream().map(target -> target.scale(flopsPerToken, beside)).toList();
    if (targets.isEmpty()) {
      throw new UserException(
          "no run is left to foretell: fit.leaveOut names all that are held out; --target asks for"
              + " another");
    }
    List<Scale> largestFirst =
        targets.stream().sorted(Comparator.comparingDouble(Scale::flops).reversed()).toList();
    Optional<Forecast> forecast =
        clusters(made.fit()) > plan.law().parameters().size()
            ? Optional.of(forecast(plan, prior, made.fit(), largestFirst))
            : Optional.empty();
    return new Prospect(plan, prior, made.fit(), largestFirst, forecast);
  }

  private static Forecast forecast(
      FitPlan plan, Prior prior, List<Observation> fit, List<Scale> targets) {
    try {
      return Forecast.of(
          new LawFitter(plan.objective()),
          plan.law(),
          prior.law(),
          prior.theta(),
          fit,
          targets,
          prior.noise(),
          Math.clamp(MOST_ROWS / Math.max(1, fit.size()), LEAST_DRAWS, MOST_DRAWS),
          SEED);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private static Observation row(Scale at) {
    return new Observation("", "", "", 0, at, null, 1, Double.NaN);
  }

  /** Half the width of the interval at the target of the most compute, as a share of the loss. */
  public OptionalDouble halfWidth() {
    return forecast
        .map(known -> OptionalDouble.of(known.halfWidth(0, plan.confidence())))
        .orElse(OptionalDouble.empty());
  }

  /**
   * What a reader must know, the answer first.
   *
   * @param difference between two recipes that is to be seen
   */
  public List<String> sentences(OptionalDouble difference) {
    if (forecast.isEmpty()) {
      return List.of(
          "No interval can be promised: the %d independent runs that would be fitted are no more than the %d constants of %s’s law."
              .formatted(
                  clusters(fit),
                  plan.law().parameters().size(),
                  plan.law().getClass().getSimpleName()));
    }
    return sentences(forecast.get(), difference);
  }

  private List<String> sentences(Forecast forecast, OptionalDouble difference) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Were %s true, the %d runs fitted would foretell %s within ±%s (%s)."
            .formatted(
                prior.words(),
                clusters(fit),
                place(targets.getFirst()),
                Quantity.percent(forecast.halfWidth(0, plan.confidence())),
                Quantity.percent(plan.confidence())));
    if (Math.abs(forecast.bias(0)) > forecast.deviation(0) / 2) {
      sentences.add(
          "The fit would be biased there, by %s on average."
              .formatted(Quantity.percent(forecast.bias(0))));
    }
    reach(sentences);
    identification(forecast, sentences);
    seeds(sentences);
    difference.ifPresent(share -> power(forecast, share, sentences));
    return sentences;
  }

  private static String place(Scale at) {
    return "the run of %s parameters and %s tokens (%s FLOPs)"
        .formatted(
            Quantity.count(at.params()), Quantity.count(at.tokens()), Quantity.count(at.flops()));
  }

  private static long clusters(List<Observation> rows) {
    return rows.stream().map(Observation::cluster).distinct().count();
  }

  private void reach(List<String> sentences) {
    Scale at = targets.getFirst();
    double compute = at.flops() / most(Scale::flops);
    double params = at.params() / most(Scale::params);
    double tokens = at.tokens() / most(Scale::tokens);
    if (compute > FAR || params > FAR_ALONG_AN_AXIS || tokens > FAR_ALONG_AN_AXIS) {
      sentences.add(
          "Out of range: the target has %s times the compute, %s times the parameters and %s times the tokens of the largest fitted; the interval supposes that the law’s form holds so far."
              .formatted(factor(compute), factor(params), factor(tokens)));
    }
  }

  private double most(ToDoubleFunction<Scale> axis) {
    return fit.stream().map(Observation::at).mapToDouble(axis).max().orElseThrow();
  }

  private static String factor(double value) {
    return Quantity.significant(value, 2);
  }

  private void identification(Forecast forecast, List<String> sentences) {
    List<String> unknown = new ArrayList<>();
    List<Parameter> parameters = plan.law().parameters();
    for (int j = 0; j < parameters.size(); j++) {
      Interval interval = forecast.parameter(j, plan.confidence());
      boolean wide =
          parameters.get(j).low() > 0
              ? interval.high() > WIDE * interval.low()
              : interval.high() - interval.low()
                  > WIDE_SHARE * Math.abs(interval.high() + interval.low()) / 2;
      boolean exponent = parameters.get(j).unit().startsWith("exponent");
      if (wide && (exponent || parameters.get(j).low() <= 0)) {
        unknown.add(
            "%s (%s to %s)"
                .formatted(
                    parameters.get(j).name(), factor(interval.low()), factor(interval.high())));
      }
    }
    if (!unknown.isEmpty()) {
      sentences.add(
          "Not identified by these sizes: %s; sizes and token counts further apart would tell."
              .formatted(String.join(", ", unknown)));
    }
    int notConverged =
        forecast.outcomes().entrySet().stream()
            .filter(entry -> entry.getKey() != Outcome.CONVERGED)
            .mapToInt(entry -> entry.getValue())
            .sum();
    if (notConverged > forecast.errors().length / 20) {
      sentences.add(
          "%s of the fits would end on a bound or undetermined."
              .formatted(Quantity.percent((double) notConverged / forecast.errors().length)));
    }
  }

  private void seeds(List<String> sentences) {
    long scales = fit.stream().map(Observation::at).distinct().count();
    long extra = clusters(fit) - plan.law().parameters().size();
    if (scales == fit.size()) {
      String few =
          ", and %d runs beyond its %d constants measure that badly"
              .formatted(extra, plan.law().parameters().size());
      sentences.add(
          "Too few seeds: no settings are run twice, so the noise between seeds shows only in the scatter about the law%s."
              .formatted(extra < ENOUGH_ROWS ? few : ""));
    }
  }

  /** Two recipes, each trained on such a grid. */
  private void power(Forecast forecast, double share, List<String> sentences) {
    double atTarget = Math.sqrt(2) * forecast.deviation(0);
    double overGrid = Math.sqrt(2 / (double) clusters(fit)) * prior.noise();
    sentences.add(
        "Power to see a difference of %s between two recipes, each on such a grid: %s over its runs (80 %% from %s on), %s at the target (80 %% from %s on)."
            .formatted(
                Quantity.percent(share),
                Quantity.percent(Power.of(share, overGrid)),
                Quantity.percent(Power.detectable(overGrid)),
                Quantity.percent(Power.of(share, atTarget)),
                Quantity.percent(Power.detectable(atTarget))));
  }
}
