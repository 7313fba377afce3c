package kleiber.report;

import java.util.List;

/** Shapes as SVG elements, one a line. */
final class SvgWriter {
  private final StringBuilder out;

  /** Whether looks stand in attributes, and not in a style sheet. */
  private final boolean plain;

  SvgWriter(StringBuilder out, boolean plain) {
    this.out = out;
    this.plain = plain;
  }

  void write(List<Shape> shapes) {
    for (Shape shape : shapes) {
      switch (shape) {
        case Shape.Path path -> path(path);
        case Shape.Circle circle -> circle(circle);
        case Shape.Cross cross -> cross(cross);
        case Shape.Frame frame -> frame(frame);
        case Shape.Text text -> text(text);
      }
    }
  }

  private void path(Shape.Path path) {
    out.append("<path d=\"");
    Svg.Point pen = path.points().get(0);
    out.append('M').append(Svg.px(pen.x())).append(' ').append(Svg.px(pen.y()));
    double x = hundredths(pen.x());
    double y = hundredths(pen.y());
    for (Svg.Point point : path.points().subList(1, path.points().size())) {
      // Differences of rounded places: short, and without drift.
      double nextX = hundredths(point.x());
      double nextY = hundredths(point.y());
      out.append('l').append(Svg.px(nextX - x)).append(' ').append(Svg.px(nextY - y));
      x = nextX;
      y = nextY;
    }
    out.append(path.closed() ? "Z\"" : "\"");
    style(path.mark(), path.closed(), false);
    close("path", path.hint());
  }

  private void circle(Shape.Circle circle) {
    out.append("<circle cx=\"").append(Svg.px(circle.at().x()));
    out.append("\" cy=\"").append(Svg.px(circle.at().y()));
    out.append("\" r=\"").append(Svg.px(circle.radius())).append('"');
    style(circle.mark(), !circle.ring(), circle.ring());
    close("circle", circle.hint());
  }

  private void cross(Shape.Cross cross) {
    double r = cross.reach();
    out.append("<path d=\"M").append(Svg.px(cross.at().x() - r)).append(' ');
    out.append(Svg.px(cross.at().y() - r));
    String there = Svg.px(2 * r);
    out.append('l').append(there).append(' ').append(there).append('m').append(Svg.px(-2 * r));
    out.append(" 0l").append(there).append(' ').append(Svg.px(-2 * r)).append('"');
    style(cross.mark(), false, false);
    close("path", cross.hint());
  }

  private void frame(Shape.Frame frame) {
    out.append("<rect x=\"").append(Svg.px(frame.x())).append("\" y=\"");
    out.append(Svg.px(frame.y())).append("\" width=\"").append(Svg.px(frame.width()));
    out.append("\" height=\"").append(Svg.px(frame.height())).append('"');
    style(frame.mark(), false, false);
    out.append("/>\n");
  }

  private void text(Shape.Text text) {
    out.append("<text ");
    if (text.upwards()) {
      out.append("transform=\"translate(").append(Svg.px(text.at().x())).append(' ');
      out.append(Svg.px(text.at().y())).append(") rotate(-90)\"");
    } else {
      out.append("x=\"").append(Svg.px(text.at().x())).append("\" y=\"");
      out.append(Svg.px(text.at().y())).append('"');
    }
    out.append(" text-anchor=\"").append(text.anchor()).append('"');
    if (plain) {
      out.append(" font-size=\"").append(Svg.px(text.size())).append("\" fill=\"");
      out.append(text.colour()).append('"');
    } else {
      out.append(" class=\"").append(text.cssClass()).append('"');
    }
    out.append('>').append(Markup.escape(text.text())).append("</text>\n");
  }

  private void style(Mark mark, boolean filled, boolean onPaper) {
    if (plain) {
      out.append(" fill=\"").append(filled ? mark.colour() : onPaper ? "#ffffff" : "none");
      out.append('"');
      if (!filled) {
        out.append(" stroke=\"").append(mark.colour()).append('"');
      } else if (mark.opacity() < 1) {
        out.append(" fill-opacity=\"").append(Svg.px(mark.opacity())).append('"');
      }
    } else {
      out.append(" class=\"").append(filled ? "f " : onPaper ? "r " : "s ");
      out.append(mark.cssClass()).append('"');
    }
    if (!filled) {
      out.append(" stroke-width=\"").append(Svg.px(mark.width())).append('"');
      if (!mark.dash().isEmpty()) {
        out.append(" stroke-dasharray=\"").append(mark.dash()).append('"');
      }
    }
  }

  private void close(String name, Hint hint) {
    if (!hint.run().isEmpty()) {
      out.append(" data-run=\"").append(Markup.escape(hint.run())).append('"');
    }
    if (hint.text().isEmpty()) {
      out.append("/>\n");
    } else {
      out.append("><title>").append(Markup.escape(hint.text())).append("</title></");
      out.append(name).append(">\n");
    }
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
