package kleiber.experiment;

/**
 * One aspect ratio for all sizes: {@code model.depth = width / columns}, rounded to the nearest
 * whole number of blocks, but at least one.
 *
 * @param columns d / L, columns of the residual stream for each block
 */
public record DepthByWidth(double columns) implements Rule {
  public DepthByWidth {
    if (!(columns > 0 && columns < 1e6)) {
      throw new IllegalArgumentException("columns is " + columns + " but must be positive");
    }
  }

  @Override
  public String sets() {
    return "model.depth";
  }

  @Override
  public double value(Cell cell) {
    return Math.max(1, Math.rint(cell.get("model.width", Integer.class) / columns));
  }
}
