package kleiber.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import kleiber.estimate.GoldenSection;
import kleiber.laws.Law;
import kleiber.laws.Scale;

/**
 * The ways to divide a compute into parameters and tokens, and the best of them by a law.
 *
 * @param flops C
 * @param flopsPerToken C / D by N
 * @param extra further axes of every scale
 */
record ComputeDivision(double flops, FlopsPerToken flopsPerToken, Map<String, Double> extra) {
  /** Fewer parameters, or fewer tokens for each, than anybody trains. */
  private static final double FEWEST_PARAMS = 1e2;

  private static final double FEWEST_TOKENS_PER_PARAM = 1e-3;
  private static final int HALVINGS = 40;
  private static final GoldenSection SEARCH = new GoldenSection(64, HALVINGS);

  /** A model of N parameters with all the tokens that C pays for. */
  Scale at(double params) {
    double tokens = flops / flopsPerToken.at(params);
    Map<String, Double> axes = new LinkedHashMap<>();
    axes.put(Scale.UNIQUE_TOKENS, tokens);
    axes.putAll(extra);
    return new Scale(params, tokens, flops, axes);
  }

  /** The N of the lowest loss. */
  double bestParams(Law law, double[] theta) {
    return Math.exp(
        SEARCH.lowest(lnParams -> loss(law, theta, lnParams), Math.log(FEWEST_PARAMS), most()));
  }

  /** The N that gets so many tokens for each parameter: C / D grows with N, so there is one. */
  double paramsAtRatio(double tokensPerParam) {
    double low = Math.log(FEWEST_PARAMS) - Math.log(FEWEST_TOKENS_PER_PARAM);
    double high = low;
    while (ratio(low) < tokensPerParam) {
      low--;
    }
    while (ratio(high) > tokensPerParam) {
      high++;
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      if (ratio(middle) > tokensPerParam) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private double ratio(double lnParams) {
    Scale at = at(Math.exp(lnParams));
    return at.tokens() / at.params();
  }

  /** Whether N lies off both ends of the range that is looked over. */
  boolean isInside(double params) {
    double x = Math.log(params);
    return x > Math.log(FEWEST_PARAMS) + 1e-3 && x < most() - 1e-3;
  }

  /** ln of the N at which there are hardly any tokens left; C grows at least as N² there. */
  private double most() {
    return Math.max(Math.log(FEWEST_PARAMS) + 1, Math.log(flops / 6 / FEWEST_TOKENS_PER_PARAM) / 2);
  }

  private double loss(Law law, double[] theta, double lnParams) {
    return law.loss(at(Math.exp(lnParams)), theta);
  }
}
