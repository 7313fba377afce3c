package kleiber.fit;

/**
 * Huber's loss of r = ln predicted − ln measured: r²/2 up to delta, delta (|r| − delta/2) beyond.
 * With losses that scatter by more than delta it is nearly least absolute deviations.
 *
 * <p>Huber 1964; for scaling laws Hoffmann et al. 2022 (arXiv:2203.15556), eq. 3, with delta 1e-3.
 *
 * @param delta where the parabola turns into lines, in units of ln L
 */
public record Huber(double delta) implements Robust {
  public Huber {
    requireDelta(delta);
  }

  static void requireDelta(double delta) {
    if (!(delta > 0) || Double.isInfinite(delta)) {
      throw new IllegalArgumentException(
          "Huber's delta is "
              + delta
              + " but must be positive; 1e-3 is usual, and LeastSquares is the limit of a large"
              + " one");
    }
  }

  @Override
  public Hinge hinge() {
    return new Hinge(Residual.LOGARITHM, delta, delta, delta);
  }

  @Override
  public String describe() {
    return "Huber(" + delta + ") on ln L";
  }
}
