package kleiber.study;

import java.util.List;

/**
 * A figure of a study as data: a report draws it as it draws its own.
 *
 * @param id of lower-case letters and hyphens, unlike that of any other figure of the page
 * @param title a few words
 * @param series in the order in which they are drawn
 * @param caption what is written under it
 */
public record StudyFigure(
    String id, String title, Axis x, Axis y, List<Series> series, String caption) {
  /**
   * An axis; it reaches as far as the points do.
   *
   * @param label what it shows, with its unit
   * @param logarithmic whether equal steps are equal factors
   */
  public record Axis(String label, boolean logarithmic) {}

  /** How points are drawn. */
  public enum Style {
    /** Joined by a line. */
    LINE,
    /** The same, dashed. */
    DASHED,
    /** A disc each, with an error bar where it has one: what was measured. */
    DOTS,
    /** A ring each, with an error bar where it has one: what was estimated. */
    RINGS,
    /** A cross each: what does not count. */
    CROSSES
  }

  /**
   * Points that belong together.
   *
   * @param name in the legend; empty for none
   * @param colour series of one colour belong together; from 0, darkest last; −1 for that of text
   */
  public record Series(String name, Style style, int colour, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A point.
   *
   * @param low lower end of its error bar; NaN without
   * @param high upper end
   */
  public record Point(double x, double y, double low, double high) {
    public static Point of(double x, double y) {
      return new Point(x, y, Double.NaN, Double.NaN);
    }
  }

  public StudyFigure {
    series = List.copyOf(series);
  }
}
