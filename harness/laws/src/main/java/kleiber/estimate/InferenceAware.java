package kleiber.estimate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;
import kleiber.laws.Law;
import kleiber.laws.Scale;

/**
 * The best model when those tokens count too that it will serve: smaller and trained for longer
 * than the compute-optimal one.
 *
 * <p>Sardana et al. 2024, <i>Beyond Chinchilla-Optimal: Accounting for Inference in Language Model
 * Scaling Laws</i> (arXiv:2401.00448), eq. 2: least C(N) D + C(N) T / 3 with L(N, D) given, where
 * C(N) is what a token costs to train on and a third of it, the forward pass, what one costs to
 * serve. The search makes no use of the form of the law or of C(N) = 6N: N over a grid and then by
 * golden sections, D by halving.
 *
 * @param law which falls with D
 * @param scales the scale of N parameters and D tokens, with its training FLOPs
 * @param served T, tokens
 */
public record InferenceAware(Law law, Scales scales, double served) {
  /** Of what a token costs to train on: the forward pass. */
  static final double FORWARD = 1.0 / 3;

  private static final double LEAST_PARAMS = 1e2;
  private static final double MOST_PARAMS = 1e16;
  private static final double LEAST_TOKENS = 1;
  private static final double MOST_TOKENS = 1e20;
  private static final int HALVINGS = 60;
  private static final GoldenSection SEARCH = new GoldenSection(256, HALVINGS);

  /** What N and D cost, and whatever else the law reads. */
  @FunctionalInterface
  public interface Scales {
    /** The scale of a training. */
    Scale at(double params, double tokens);
  }

  public InferenceAware {
    if (!(served >= 0 && served < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Tokens served are " + served + " but must be zero or more.");
    }
  }

  /** The loss of the largest model that is looked at, on the most tokens: none has a lower one. */
  public double floor(double[] theta) {
    return lossAt(theta, Math.log(MOST_PARAMS), Math.log(MOST_TOKENS));
  }

  /** The cheapest that reaches a loss; empty when none does. */
  public Optional<ServingPlan> forLoss(double[] theta, double loss) {
    DoubleFunction<Optional<ServingPlan>> plan =
        lnParams -> tokensFor(theta, lnParams, loss).map(lnD -> plan(theta, lnParams, lnD));
    return best(plan, ServingPlan::flops);
  }

  /**
   * The lowest loss that a compute reaches, of which serving takes its part; empty when none is
   * left.
   */
  public Optional<ServingPlan> forFlops(double[] theta, double flops) {
    DoubleFunction<Optional<ServingPlan>> plan =
        lnParams -> {
          double each = perToken(lnParams);
          double tokens = flops / each - FORWARD * served;
          return tokens >= LEAST_TOKENS
              ? Optional.of(plan(theta, lnParams, Math.log(tokens)))
              : Optional.empty();
        };
    return best(plan, ServingPlan::loss);
  }

  /**
   * The best plan, with where its quantities lie.
   *
   * @param params N
   * @param tokens D
   * @param loss nats per token
   * @param flops training and serving together
   * @param without share of the resamples in which there is no plan; they count as infinite
   */
  public record Answer(
      ServingPlan best,
      Estimate params,
      Estimate tokens,
      Estimate loss,
      Estimate flops,
      double without) {}

  /** How the plan of a law depends on its parameters. */
  @FunctionalInterface
  public interface Question {
    /** Such as {@link InferenceAware#forLoss}. */
    Optional<ServingPlan> plan(double[] theta);
  }

  /**
   * The plan by a fitted law, with intervals from its resamples.
   *
   * @return empty when the law itself has none
   */
  public static Optional<Answer> answer(BootstrappedLaw law, Question question, double confidence) {
    Optional<ServingPlan> best = question.plan(law.fitted().theta());
    if (best.isEmpty()) {
      return Optional.empty();
    }
    List<Optional<ServingPlan>> plans =
        Arrays.stream(law.thetas()).parallel().map(question::plan).toList();
    Function<ToDoubleFunction<ServingPlan>, Estimate> of =
        value -> {
          double ln = Math.log(value.applyAsDouble(best.get()));
          double[] draws =
              plans.stream()
                  .mapToDouble(
                      plan ->
                          plan.map(its -> Math.log(value.applyAsDouble(its)))
                              .orElse(Double.POSITIVE_INFINITY))
                  .toArray();
          Interval interval = Draws.interval(ln, draws, law.degreesOfFreedom(), confidence);
          return new Estimate(
              Math.exp(ln),
              new Interval(Math.exp(interval.low()), Math.exp(interval.high()), confidence));
        };
    double without = (double) plans.stream().filter(Optional::isEmpty).count() / plans.size();
    return Optional.of(
        new Answer(
            best.get(),
            of.apply(ServingPlan::params),
            of.apply(ServingPlan::tokens),
            of.apply(ServingPlan::loss),
            of.apply(ServingPlan::flops),
            without));
  }

  private ServingPlan plan(double[] theta, double lnParams, double lnTokens) {
    Scale at = scales.at(Math.exp(lnParams), Math.exp(lnTokens));
    return new ServingPlan(at.params(), at.tokens(), law.loss(at, theta), at.flops(), 0)
        .serving(served);
  }

  /** What a token costs to train on. */
  private double perToken(double lnParams) {
    Scale one = scales.at(Math.exp(lnParams), 1);
    return one.flops();
  }

  /** ln D of a model that reaches a loss; empty when no number of tokens is enough. */
  private Optional<Double> tokensFor(double[] theta, double lnParams, double loss) {
    double low = Math.log(LEAST_TOKENS);
    double high = Math.log(MOST_TOKENS);
    if (lossAt(theta, lnParams, high) > loss) {
      return Optional.empty();
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      if (lossAt(theta, lnParams, middle) > loss) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Optional.of(high);
  }

  private double lossAt(double[] theta, double lnParams, double lnTokens) {
    return law.loss(scales.at(Math.exp(lnParams), Math.exp(lnTokens)), theta);
  }

  /** The plan of the lowest value. */
  private static Optional<ServingPlan> best(
      DoubleFunction<Optional<ServingPlan>> plan, ToDoubleFunction<ServingPlan> value) {
    double lnParams =
        SEARCH.lowest(
            x -> plan.apply(x).map(value::applyAsDouble).orElse(Double.POSITIVE_INFINITY),
            Math.log(LEAST_PARAMS),
            Math.log(MOST_PARAMS));
    return Double.isNaN(lnParams) ? Optional.empty() : plan.apply(lnParams);
  }
}
