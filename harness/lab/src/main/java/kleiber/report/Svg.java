package kleiber.report;

import java.util.List;
import java.util.Locale;

/**
 * A figure as SVG text. Marks take their colours from classes, so that one figure serves light and
 * dark paper; plain attributes stand beside them for programs that read no style sheet.
 */
final class Svg {
  private final String id;
  private final double width;
  private final double height;
  private final String title;
  private final String description;
  private final StringBuilder body = new StringBuilder();

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

  /** A point in pixels, y downwards. */
  record Point(double x, double y) {}

  Svg line(double x1, double y1, double x2, double y2, Mark mark) {
    body.append(
            "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\""
                .formatted(px(x1), px(y1), px(x2), px(y2)))
        .append(mark.stroked())
        .append("/>\n");
    return this;
  }

  Svg path(List<Point> points, Mark mark, String tooltip) {
    return element("<path d=\"" + commands(points) + "\"" + mark.stroked(), tooltip);
  }

  Svg area(List<Point> outline, Mark mark, String tooltip) {
    return element("<path d=\"" + commands(outline) + "Z\"" + mark.filled(), tooltip);
  }

  Svg rectangle(double x, double y, double w, double h, Mark mark) {
    body.append(
            "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
                .formatted(px(x), px(y), px(w), px(h)))
        .append(mark.stroked())
        .append("/>\n");
    return this;
  }

  Svg disc(Point at, double radius, Mark mark, String tooltip) {
    return element(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"".formatted(px(at.x), px(at.y), px(radius))
            + mark.filled(),
        tooltip);
  }

  Svg ring(Point at, double radius, Mark mark, String tooltip) {
    return element(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"".formatted(px(at.x), px(at.y), px(radius))
            + mark.stroked("var(--paper)", "#ffffff"),
        tooltip);
  }

  Svg cross(Point at, double reach, Mark mark, String tooltip) {
    String path =
        "M%s %sL%s %sM%s %sL%s %s"
            .formatted(
                px(at.x - reach),
                px(at.y - reach),
                px(at.x + reach),
                px(at.y + reach),
                px(at.x - reach),
                px(at.y + reach),
                px(at.x + reach),
                px(at.y - reach));
    return element("<path d=\"" + path + "\"" + mark.stroked(), tooltip);
  }

  /**
   * Text.
   *
   * @param anchor start, middle or end
   */
  Svg text(double x, double y, String text, String anchor, String cssClass) {
    body.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>\n"
            .formatted(px(x), px(y), anchor, cssClass, Markup.escape(text)));
    return this;
  }

  /** Text that reads upwards, centred on a point. */
  Svg upwards(double x, double y, String text, String cssClass) {
    body.append(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\" class=\"%s\">%s</text>\n"
            .formatted(px(x), px(y), cssClass, Markup.escape(text)));
    return this;
  }

  /** The figure for a page that has the style sheet. */
  String inline() {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" role=\"img\" "
            .formatted(px(width), px(height))
        + "class=\"figure\" aria-labelledby=\"%s-title %s-desc\">\n".formatted(id, id)
        + heading()
        + body
        + "</svg>\n";
  }

  /** The figure as a file of its own. */
  String standalone() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" "
            .formatted(px(width), px(height))
        + "viewBox=\"0 0 %s %s\" class=\"figure\">\n".formatted(px(width), px(height))
        + heading()
        + "<style>\n"
        + style()
        + "</style>\n"
        + "<rect width=\"100%\" height=\"100%\" class=\"paper\" fill=\"#ffffff\"/>\n"
        + body
        + "</svg>\n";
  }

  /** The style sheet that figures need. */
  static String style() {
    return Markup.resource("figure.css") + Palette.style();
  }

  private String heading() {
    return "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n"
        .formatted(id, Markup.escape(title), id, Markup.escape(description));
  }

  private Svg element(String opened, String tooltip) {
    body.append(opened);
    if (tooltip.isEmpty()) {
      body.append("/>\n");
    } else {
      String name = opened.substring(1, opened.indexOf(' '));
      body.append("><title>").append(Markup.escape(tooltip)).append("</title></").append(name);
      body.append(">\n");
    }
    return this;
  }

  private static String commands(List<Point> points) {
    StringBuilder commands = new StringBuilder();
    for (Point point : points) {
      commands.append(commands.isEmpty() ? "M" : "L").append(px(point.x)).append(' ');
      commands.append(px(point.y));
    }
    return commands.toString();
  }

  static String px(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
  }
}
