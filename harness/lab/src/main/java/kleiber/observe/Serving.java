package kleiber.observe;

import java.util.Map;
import java.util.Optional;
import kleiber.estimate.Estimate;
import kleiber.estimate.InferenceAware;
import kleiber.estimate.ServingPlan;
import kleiber.experiment.UserException;

/**
 * The best model when the tokens count too that it will serve, beside the one that is best when
 * they do not.
 *
 * @param best by the fit
 * @param intervals of its quantities, when the fit has resamples
 * @param trainedBest reaches the same, or costs the same, with serving forgotten in the choice but
 *     not in the cost
 * @param prediction of a run of the best model
 */
public record Serving(
    ServingPlan best,
    Optional<InferenceAware.Answer> intervals,
    Optional<ServingPlan> trainedBest,
    Prediction prediction) {
  /** What is given comes out of the search to so many parts. */
  private static final double GIVEN = 1e-6;

  /** How the plan depends on the tokens served. */
  interface Plans {
    InferenceAware.Question serving(double tokens);
  }

  static Serving of(SavedFit fit, double served, Map<String, Double> extra, Plans plans) {
    double[] theta = fit.fitted().theta();
    InferenceAware.Question question = plans.serving(served);
    ServingPlan best =
        question
            .plan(theta)
            .orElseThrow(
                () ->
                    new UserException(
                        "by this fit no model does that: serving alone costs more than there is"));
    return new Serving(
        best,
        fit.bootstrapped().flatMap(law -> InferenceAware.answer(law, question, fit.confidence())),
        plans.serving(0).plan(theta).map(plan -> plan.serving(served)),
        fit.predict(fit.scale(best.params(), best.tokens(), extra)));
  }

  /** The answer in a sentence. */
  public String sentence() {
    return "%s%s nats per token at N = %s%s, D = %s%s: %s FLOPs to train, %s to serve, %s together%s"
        .formatted(
            Quantity.within(best.loss(), Double.NaN),
            range(intervals.map(InferenceAware.Answer::loss)),
            Quantity.count(best.params()),
            range(intervals.map(InferenceAware.Answer::params)),
            Quantity.count(best.tokens()),
            range(intervals.map(InferenceAware.Answer::tokens)),
            Quantity.count(best.training()),
            Quantity.count(best.serving()),
            Quantity.count(best.flops()),
            range(intervals.map(InferenceAware.Answer::flops)));
  }

  /** Nothing of what was given: the loss, or the FLOPs. */
  private static String range(Optional<Estimate> estimate) {
    return estimate
        .map(Estimate::interval)
        .filter(its -> its.high() > its.low() * (1 + GIVEN))
        .map(
            its ->
                " [%s, %s] (%s)"
                    .formatted(end(its.low()), end(its.high()), Quantity.percent(its.confidence())))
        .orElse("");
  }

  private static String end(double value) {
    return Double.isInfinite(value) ? "∞" : Quantity.count(value);
  }
}
