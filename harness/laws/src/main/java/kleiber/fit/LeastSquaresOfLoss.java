package kleiber.fit;

/**
 * Half the square of predicted − measured: every nat counts the same, at small losses and large.
 */
public record LeastSquaresOfLoss() implements Squares {
  @Override
  public Residual residual() {
    return Residual.LOSS;
  }

  @Override
  public String describe() {
    return "Least squares on L";
  }
}
