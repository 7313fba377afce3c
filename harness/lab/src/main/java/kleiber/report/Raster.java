package kleiber.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Stream;

/** Shapes as pixels, on white paper. */
final class Raster {
  private final Graphics2D graphics;

  private Raster(Graphics2D graphics) {
    this.graphics = graphics;
  }

  /**
   * @param scale pixels of the image for each of the figure
   */
  static BufferedImage of(Svg svg, double scale) {
    BufferedImage image =
        new BufferedImage(
            (int) Math.round(scale * svg.width()),
            (int) Math.round(scale * svg.height()),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.scale(scale, scale);
    Raster raster = new Raster(graphics);
    for (Shape shape : svg.shapes()) {
      raster.paint(shape);
    }
    graphics.dispose();
    return image;
  }

  private void paint(Shape shape) {
    switch (shape) {
      case Shape.Path path -> {
        Path2D line = path(path.points());
        if (path.closed()) {
          line.closePath();
          fill(line, path.mark());
        } else {
          stroke(line, path.mark());
        }
      }
      case Shape.Circle circle -> {
        double r = circle.radius();
        var disc = new Ellipse2D.Double(circle.at().x() - r, circle.at().y() - r, 2 * r, 2 * r);
        if (circle.ring()) {
          graphics.setColor(Color.WHITE);
          graphics.fill(disc);
          stroke(disc, circle.mark());
        } else {
          fill(disc, circle.mark());
        }
      }
      case Shape.Cross cross -> {
        double r = cross.reach();
        Path2D lines = new Path2D.Double();
        lines.moveTo(cross.at().x() - r, cross.at().y() - r);
        lines.lineTo(cross.at().x() + r, cross.at().y() + r);
        lines.moveTo(cross.at().x() - r, cross.at().y() + r);
        lines.lineTo(cross.at().x() + r, cross.at().y() - r);
        stroke(lines, cross.mark());
      }
      case Shape.Frame frame ->
          stroke(
              new Rectangle2D.Double(frame.x(), frame.y(), frame.width(), frame.height()),
              frame.mark());
      case Shape.Text text -> text(text);
    }
  }

  private static Path2D path(List<Svg.Point> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.getFirst().x(), points.getFirst().y());
    points.stream().skip(1).forEach(point -> path.lineTo(point.x(), point.y()));
    return path;
  }

  private void fill(java.awt.Shape shape, Mark mark) {
    Color colour = Color.decode(mark.colour());
    int opacity = (int) Math.round(255 * mark.opacity());
    graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), opacity));
    graphics.fill(shape);
  }

  private void stroke(java.awt.Shape shape, Mark mark) {
    graphics.setColor(Color.decode(mark.colour()));
    float width = (float) mark.width();
    float[] dashes = dashes(mark);
    graphics.setStroke(
        dashes.length == 0
            ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
            : new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
    graphics.draw(shape);
  }

  private static float[] dashes(Mark mark) {
    if (mark.dash().isEmpty()) {
      return new float[0];
    }
    List<Float> lengths = Stream.of(mark.dash().split(" ")).map(Float::valueOf).toList();
    float[] dashes = new float[lengths.size()];
    for (int i = 0; i < dashes.length; i++) {
      dashes[i] = lengths.get(i);
    }
    return dashes;
  }

  private void text(Shape.Text text) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) text.size()));
    graphics.setColor(Color.decode(text.colour()));
    double width = graphics.getFontMetrics().getStringBounds(text.text(), graphics).getWidth();
    double shift =
        switch (text.anchor()) {
          case "middle" -> width / 2;
          case "end" -> width;
          default -> 0;
        };
    var before = graphics.getTransform();
    graphics.translate(text.at().x(), text.at().y());
    if (text.upwards()) {
      graphics.rotate(-Math.PI / 2);
    }
    graphics.drawString(text.text(), (float) -shift, 0);
    graphics.setTransform(before);
  }
}
