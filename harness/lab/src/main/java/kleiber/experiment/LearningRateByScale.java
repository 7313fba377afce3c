package kleiber.experiment;

import java.io.IOException;
import kleiber.models.ParameterCount;

/**
 * The peak learning rate as a power of model size and of data: {@code optimizer.learningRate = rate
 * · (N / params)^paramsExponent · (D / tokens)^tokensExponent}, with N without embeddings and D the
 * tokens of the run. The form is eq. 1 of Li et al. 2025 (arXiv:2503.04715), which has −0.713 and
 * 0.307; constants are measured where they are used.
 *
 * @param params N of a run whose rate is known
 * @param tokens D of that run
 * @param rate learning rate of that run
 * @param paramsExponent usually negative
 * @param tokensExponent often positive
 */
public record LearningRateByScale(
    double params, double tokens, double rate, double paramsExponent, double tokensExponent)
    implements Rule {
  public LearningRateByScale {
    requireAtLeastOne("params", params);
    requireAtLeastOne("tokens", tokens);
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("rate is " + rate + " but must be positive");
    }
    requireModest("paramsExponent", paramsExponent);
    requireModest("tokensExponent", tokensExponent);
  }

  private static void requireAtLeastOne(String name, double value) {
    if (!(value >= 1) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + " but must be at least 1");
    }
  }

  private static void requireModest(String name, double exponent) {
    if (!(Math.abs(exponent) <= 3)) {
      throw new IllegalArgumentException(name + " is " + exponent + " but must be in [-3, 3]");
    }
  }

  @Override
  public String sets() {
    return "optimizer.learningRate";
  }

  /** By {@link StrictMath}: the value goes into the id, which must not depend on the machine. */
  @Override
  public double value(Cell cell) throws IOException {
    double size = cell.parameters().under(ParameterCount.Convention.NON_EMBEDDING);
    double data = cell.get("tokens", Long.class);
    return rate
        * StrictMath.pow(size / params, paramsExponent)
        * StrictMath.pow(data / tokens, tokensExponent);
  }
}
