package kleiber.fit;

/**
 * Half the square of (predicted − measured) / standard error: a loss measured on little held-out
 * text counts less (chi-squared). Every observation must carry its standard error.
 */
public record WeightedLeastSquares() implements Squares {
  @Override
  public Residual residual() {
    return Residual.STANDARD_ERRORS;
  }

  @Override
  public String describe() {
    return "Least squares on L, weighted by standard errors";
  }
}
