package kleiber.fit;

/**
 * Two lines that a parabola joins: {@code above} is the slope for residuals beyond {@code width}
 * and {@code −below} for those beyond {@code −width}. What robust objectives are made of.
 */
record Hinge(Residual residual, double above, double below, double width) implements Objective {
  @Override
  public double cost(double residual) {
    double r = Math.abs(residual);
    double steep = residual > 0 ? above : below;
    return steep * (r < width ? r * r / (2 * width) : r - width / 2);
  }

  @Override
  public double slope(double residual) {
    if (residual == 0) {
      return 0;
    }
    double steep = residual > 0 ? above : below;
    return width > 0
        ? steep * Math.max(-1, Math.min(1, residual / width))
        : Math.copySign(steep, residual);
  }

  @Override
  public double curvature(double residual) {
    return Math.abs(residual) < width ? (residual > 0 ? above : below) / width : 0;
  }

  @Override
  public Objective rounded(double wider) {
    return new Hinge(residual, above, below, wider);
  }

  @Override
  public String describe() {
    return "Hinge(" + above + ", " + below + ", " + width + ") on " + residual;
  }
}
