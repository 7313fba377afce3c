package kleiber.experiment;

import java.io.IOException;
import kleiber.models.ParameterCount;

/**
 * The peak learning rate as a power of scale and batch: {@code optimizer.learningRate = rate · (N /
 * params)^paramsExponent · (D / tokens)^tokensExponent · (B / batch)^batchExponent}, with N without
 * embeddings, D the tokens of the run and B its sequences a step. With the best batch put in, this
 * is eq. 1 of Li et al. 2025 (arXiv:2503.04715), which has −0.713 and 0.307 for N and D; a batch
 * that is not the best has a best rate of its own, so it is said apart.
 *
 * @param params N of a run whose rate is known
 * @param tokens D of that run
 * @param batch B of that run
 * @param rate learning rate of that run
 * @param paramsExponent usually negative
 * @param tokensExponent at a fixed batch; 0 where the rate does not follow data
 * @param batchExponent usually between 1/2 and 1; 0 where the rate does not follow the batch
 */
public record LearningRateByScale(
    double params,
    double tokens,
    double batch,
    double rate,
    double paramsExponent,
    double tokensExponent,
    double batchExponent)
    implements Rule {
  public LearningRateByScale {
    requireAtLeastOne("params", params);
    requireAtLeastOne("tokens", tokens);
    requireAtLeastOne("batch", batch);
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("rate is " + rate + " but must be positive");
    }
    requireModest("paramsExponent", paramsExponent);
    requireModest("tokensExponent", tokensExponent);
    requireModest("batchExponent", batchExponent);
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
    double sequences = cell.get("batch", Integer.class);
    return rate
        * StrictMath.pow(size / params, paramsExponent)
        * StrictMath.pow(data / tokens, tokensExponent)
        * StrictMath.pow(sequences / batch, batchExponent);
  }
}
