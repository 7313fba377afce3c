package kleiber.fit;

/**
 * Half the square of ln predicted − ln measured: the best there is when the noise is log-normal.
 */
public record LeastSquares() implements Squares {
  @Override
  public String describe() {
    return "Least squares on ln L";
  }
}
