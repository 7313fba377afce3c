package kleiber.report;

/** What marks mean: a column of entries, or two where there is room below a figure only. */
final class Legend {
  private static final double ROW = 20;

  private final Svg svg;
  private final double left;
  private final double width;
  private final int columns;
  private double y;
  private int column;

  Legend(Svg svg, double left, double top, double width, int columns) {
    this.svg = svg;
    this.left = left;
    this.width = width;
    this.columns = columns;
    this.y = top + 12;
  }

  Legend heading(String text) {
    newRow();
    svg.text(left, y, text, "start", "label");
    y += ROW;
    return end();
  }

  Legend line(Mark mark, String text) {
    svg.line(x(), y - 4, x() + 22, y - 4, mark);
    return text(text);
  }

  Legend disc(Mark mark, String text) {
    svg.disc(new Svg.Point(x() + 11, y - 4), 3.6, mark, Hint.NONE);
    return text(text);
  }

  Legend ring(Mark mark, String text) {
    svg.ring(new Svg.Point(x() + 11, y - 4), 5, mark, Hint.NONE);
    return text(text);
  }

  Legend cross(Mark mark, String text) {
    svg.cross(new Svg.Point(x() + 11, y - 4), 4.5, mark, Hint.NONE);
    return text(text);
  }

  Legend errorBar(Mark mark, String text) {
    svg.line(x() + 11, y - 11, x() + 11, y + 3, mark);
    svg.line(x() + 7, y - 11, x() + 15, y - 11, mark);
    svg.line(x() + 7, y + 3, x() + 15, y + 3, mark);
    return text(text);
  }

  Legend gap() {
    newRow();
    y += columns == 1 ? ROW / 2 : 0;
    return this;
  }

  private double x() {
    return left + column * width / columns;
  }

  private Legend text(String text) {
    svg.text(x() + 30, y, text, "start", "tick");
    column++;
    if (column == columns) {
      newRow();
    }
    return end();
  }

  private void newRow() {
    if (column > 0) {
      column = 0;
      y += ROW;
    }
  }

  private Legend end() {
    svg.atLeast(y + (column > 0 ? ROW : 0));
    return this;
  }
}
