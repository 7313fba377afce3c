package kleiber.report;

/** A column that says what marks mean. */
final class Legend {
  private static final double ROW = 20;

  private final Svg svg;
  private final double left;
  private double y;

  Legend(Svg svg, double left, double top) {
    this.svg = svg;
    this.left = left;
    this.y = top + 12;
  }

  Legend heading(String text) {
    svg.text(left, y, text, "start", "label");
    return next();
  }

  Legend line(Mark mark, String text) {
    svg.line(left, y - 4, left + 22, y - 4, mark);
    return text(text);
  }

  Legend disc(Mark mark, String text) {
    svg.disc(new Svg.Point(left + 11, y - 4), 3.6, mark, "");
    return text(text);
  }

  Legend ring(Mark mark, String text) {
    svg.ring(new Svg.Point(left + 11, y - 4), 5, mark, "");
    return text(text);
  }

  Legend cross(Mark mark, String text) {
    svg.cross(new Svg.Point(left + 11, y - 4), 4.5, mark, "");
    return text(text);
  }

  Legend errorBar(Mark mark, String text) {
    svg.line(left + 11, y - 11, left + 11, y + 3, mark);
    svg.line(left + 7, y - 11, left + 15, y - 11, mark);
    svg.line(left + 7, y + 3, left + 15, y + 3, mark);
    return text(text);
  }

  Legend gap() {
    y += ROW / 2;
    return this;
  }

  private Legend text(String text) {
    svg.text(left + 30, y, text, "start", "tick");
    return next();
  }

  private Legend next() {
    y += ROW;
    return this;
  }
}
