package kleiber.fit;

/**
 * Half the square of ln predicted − ln measured: the best there is when the noise is log-normal.
 */
public record LeastSquares() implements Objective {
  @Override
  public double cost(double predicted, double measured) {
    double r = Math.log(predicted / measured);
    return r * r / 2;
  }

  @Override
  public double slope(double predicted, double measured) {
    return Math.log(predicted / measured) / predicted;
  }

  @Override
  public String describe() {
    return "Least squares on ln L";
  }
}
