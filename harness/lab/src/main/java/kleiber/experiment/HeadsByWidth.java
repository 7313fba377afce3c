package kleiber.experiment;

/**
 * Heads of one width for all sizes: {@code model.heads = width / columns}.
 *
 * @param columns d_head, columns of a head, which must divide every width
 */
public record HeadsByWidth(int columns) implements Rule {
  public HeadsByWidth {
    if (columns < 1) {
      throw new IllegalArgumentException("columns is " + columns + " but must be at least 1");
    }
  }

  @Override
  public String sets() {
    return "model.heads";
  }

  @Override
  public double value(Cell cell) {
    int width = cell.get("model.width", Integer.class);
    if (width % columns != 0) {
      throw new IllegalArgumentException(
          "a width of %d is no multiple of %d columns a head".formatted(width, columns));
    }
    return width / columns;
  }
}
