package kleiber.experiment;

import java.io.IOException;
import kleiber.models.ParameterCount;

/**
 * The peak learning rate as a power of model size: {@code optimizer.learningRate = rate · (N /
 * params)^exponent}, with N without embeddings.
 *
 * @param params N of the size at which the rate is known
 * @param rate learning rate at that size
 * @param exponent usually negative
 */
public record LearningRateBySize(double params, double rate, double exponent) implements Rule {
  public LearningRateBySize {
    if (!(params >= 1)) {
      throw new IllegalArgumentException("params is " + params + " but must be at least 1");
    }
    if (!(rate > 0)) {
      throw new IllegalArgumentException("rate is " + rate + " but must be positive");
    }
    if (!(Math.abs(exponent) <= 3)) {
      throw new IllegalArgumentException("exponent is " + exponent + " but must be in [-3, 3]");
    }
  }

  @Override
  public String sets() {
    return "optimizer.learningRate";
  }

  @Override
  public double value(Cell cell) throws IOException {
    return at(cell.parameters().under(ParameterCount.Convention.NON_EMBEDDING));
  }

  /**
   * The rate of a size. By {@link StrictMath}: the value goes into the id, which must not depend on
   * the machine.
   *
   * @param size N without embeddings
   */
  public double at(double size) {
    return rate * StrictMath.pow(size / params, exponent);
  }
}
