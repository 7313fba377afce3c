package kleiber.fit;

/**
 * |ln predicted − ln measured|: the best there is when the noise of ln L is Laplace's, and the
 * limit to which the maximum-likelihood fit of Besiroglu et al. 2024 (arXiv:2404.10102) goes.
 */
public record LeastAbsoluteDeviations() implements Robust {
  @Override
  public Hinge hinge() {
    return new Hinge(Residual.LOGARITHM, 1, 1, 0);
  }

  @Override
  public String describe() {
    return "Least absolute deviations on ln L";
  }
}
