package kleiber.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A figure as files for a paper: vectors and pixels, for one column and for two. */
final class FigureFiles {
  private static final double DOTS_PER_INCH = 300;
  private static final double MILLIMETRES_PER_INCH = 25.4;

  private FigureFiles() {}

  /** Writes {@code <id>.svg}, or for one column {@code <id>-column.svg}. */
  static void writeVectors(Path folder, Svg svg, Layout layout) throws IOException {
    Files.writeString(
        folder.resolve(name(svg, layout) + ".svg"), svg.standalone(layout.millimetres));
  }

  /** The same as PNG. */
  static void writePixels(Path folder, Svg svg, Layout layout) throws IOException {
    double pixels = layout.millimetres / MILLIMETRES_PER_INCH * DOTS_PER_INCH;
    ImageIO.write(
        Raster.of(svg, pixels / svg.width()),
        "png",
        folder.resolve(name(svg, layout) + ".png").toFile());
  }

  private static String name(Svg svg, Layout layout) {
    return svg.id() + (layout == Layout.NARROW ? "-column" : "");
  }
}
