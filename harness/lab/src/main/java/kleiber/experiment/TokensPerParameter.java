package kleiber.experiment;

import java.io.IOException;
import kleiber.models.ParameterCount;

/**
 * Trains every model for the same number of tokens per parameter: {@code tokens = ratio · N}, with
 * N without embeddings, rounded to a whole token.
 *
 * @param ratio D / N, such as 20
 */
public record TokensPerParameter(double ratio) implements Rule {
  public TokensPerParameter {
    if (!(ratio > 0)) {
      throw new IllegalArgumentException("ratio is " + ratio + " but must be positive");
    }
  }

  @Override
  public String sets() {
    return "tokens";
  }

  @Override
  public double value(Cell cell) throws IOException {
    return Math.rint(ratio * cell.parameters().under(ParameterCount.Convention.NON_EMBEDDING));
  }
}
