package kleiber.report;

import java.util.List;

/** What figures are made of; coordinates in pixels, y downwards. */
sealed interface Shape {
  Mark mark();

  /** Corners joined by straight lines, filled when closed, else stroked. */
  record Path(List<Svg.Point> points, boolean closed, Mark mark, Hint hint) implements Shape {}

  /** A disc, or with a stroke and the colour of the paper a ring. */
  record Circle(Svg.Point at, double radius, boolean ring, Mark mark, Hint hint) implements Shape {}

  /** A diagonal cross. */
  record Cross(Svg.Point at, double reach, Mark mark, Hint hint) implements Shape {}

  /** An empty rectangle. */
  record Frame(double x, double y, double width, double height, Mark mark) implements Shape {}

  /**
   * Text.
   *
   * @param anchor start, middle or end
   * @param upwards whether it is turned to read upwards
   */
  record Text(Svg.Point at, String text, String anchor, String cssClass, boolean upwards)
      implements Shape {
    @Override
    public Mark mark() {
      return Mark.INK;
    }

    /** Of the letters, in pixels. */
    double size() {
      return cssClass.equals("label") ? 13 : 12;
    }

    String colour() {
      return cssClass.equals("label") ? Mark.INK.colour() : "#59616b";
    }
  }
}
