package kleiber.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure: a list of shapes, and how they are written as SVG. On a page marks take their colours
 * from classes, so that one figure serves light and dark paper; a file of its own, which goes onto
 * white paper, has plain attributes and no style sheet.
 */
final class Svg {
  private final String id;
  private final double width;
  private final String title;
  private final String description;
  private final List<Shape> shapes = new ArrayList<>();
  private double height;

  /**
   * A figure.
   *
   * @param id unique on the page, and the name of its file
   * @param title what it shows, in a few words
   * @param description what a reader who cannot see it should know
   */
  Svg(String id, double width, double height, String title, String description) {
    this.id = id;
    this.width = width;
    this.height = height;
    this.title = title;
    this.description = description;
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }

  double width() {
    return width;
  }

  double height() {
    return height;
  }

  List<Shape> shapes() {
    return shapes;
  }

  /** Makes room for what is drawn down to {@code bottom}. */
  void atLeast(double bottom) {
    height = Math.max(height, bottom);
  }

  /** A point in pixels, y downwards. */
  record Point(double x, double y) {}

  Svg line(double x1, double y1, double x2, double y2, Mark mark) {
    return path(List.of(new Point(x1, y1), new Point(x2, y2)), mark, Hint.NONE);
  }

  Svg path(List<Point> points, Mark mark, Hint hint) {
    return add(new Shape.Path(points, false, mark, hint));
  }

  Svg area(List<Point> outline, Mark mark) {
    return add(new Shape.Path(outline, true, mark, Hint.NONE));
  }

  Svg rectangle(double x, double y, double w, double h, Mark mark) {
    return add(new Shape.Frame(x, y, w, h, mark));
  }

  Svg disc(Point at, double radius, Mark mark, Hint hint) {
    return add(new Shape.Circle(at, radius, false, mark, hint));
  }

  Svg ring(Point at, double radius, Mark mark, Hint hint) {
    return add(new Shape.Circle(at, radius, true, mark, hint));
  }

  Svg cross(Point at, double reach, Mark mark, Hint hint) {
    return add(new Shape.Cross(at, reach, mark, hint));
  }

  /**
   * Text.
   *
   * @param anchor start, middle or end
   */
  Svg text(double x, double y, String text, String anchor, String cssClass) {
    return text.isEmpty()
        ? this
        : add(new Shape.Text(new Point(x, y), text, anchor, cssClass, false));
  }

  /** Text that reads upwards, centred on a point. */
  Svg upwards(double x, double y, String text, String cssClass) {
    return add(new Shape.Text(new Point(x, y), text, "middle", cssClass, true));
  }

  private Svg add(Shape shape) {
    shapes.add(shape);
    return this;
  }

  /** The figure for a page that has the style sheet. */
  String inline() {
    StringBuilder out = new StringBuilder();
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(px(width));
    out.append(' ').append(px(height)).append("\" role=\"img\" class=\"figure\"");
    out.append(" aria-labelledby=\"").append(id).append("-title ").append(id);
    out.append("-desc\">\n");
    heading(out);
    new SvgWriter(out, false).write(shapes);
    return out.append("</svg>\n").toString();
  }

  /**
   * The figure as a file of its own.
   *
   * @param millimetres width on paper
   */
  String standalone(double millimetres) {
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(px(millimetres));
    out.append("mm\" height=\"").append(px(millimetres * height / width));
    out.append("mm\" viewBox=\"0 0 ").append(px(width)).append(' ').append(px(height));
    out.append("\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n");
    heading(out);
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    new SvgWriter(out, true).write(shapes);
    return out.append("</svg>\n").toString();
  }

  /** The style sheet that figures need. */
  static String style() {
    return Markup.resource("figure.css") + Palette.style();
  }

  private void heading(StringBuilder out) {
    out.append("<title id=\"").append(id).append("-title\">").append(Markup.escape(title));
    out.append("</title>\n<desc id=\"").append(id).append("-desc\">");
    out.append(Markup.escape(description)).append("</desc>\n");
  }

  /** A length to a hundredth of a pixel, without trailing zeros. */
  static String px(double value) {
    long hundredths = Math.round(value * 100);
    long whole = Math.abs(hundredths) / 100;
    long rest = Math.abs(hundredths) % 100;
    String sign = hundredths < 0 ? "-" : "";
    if (rest == 0) {
      return sign + whole;
    }
    return sign + whole + "." + (rest % 10 == 0 ? rest / 10 : (rest < 10 ? "0" : "") + rest);
  }
}
