package kleiber.fit;

/** Half the square of a residual. */
interface Squares extends Objective {
  @Override
  default double cost(double residual) {
    return residual * residual / 2;
  }

  @Override
  default double slope(double residual) {
    return residual;
  }

  @Override
  default double curvature(double residual) {
    return 1;
  }
}
