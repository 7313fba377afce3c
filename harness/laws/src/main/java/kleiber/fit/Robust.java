package kleiber.fit;

/** An objective that is a {@link Hinge} by another name. */
interface Robust extends Objective {
  Hinge hinge();

  @Override
  default Residual residual() {
    return hinge().residual();
  }

  @Override
  default double cost(double residual) {
    return hinge().cost(residual);
  }

  @Override
  default double slope(double residual) {
    return hinge().slope(residual);
  }

  @Override
  default double curvature(double residual) {
    return hinge().curvature(residual);
  }

  @Override
  default double width() {
    return hinge().width();
  }

  @Override
  default Objective rounded(double width) {
    return hinge().rounded(width);
  }
}
