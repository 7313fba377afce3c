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

  /** Writes {@code <id>.svg} and {@code .png}; for one column {@code <id>-column}. */
  static void write(Path folder, Svg svg, Layout layout) throws IOException {
    String name = svg.id() + (layout == Layout.NARROW ? "-column" : "");
    Files.writeString(folder.resolve(name + ".svg"), svg.standalone(layout.millimetres));
    double pixels = layout.millimetres / MILLIMETRES_PER_INCH * DOTS_PER_INCH;
    ImageIO.write(
        Raster.of(svg, pixels / svg.width()), "png", folder.resolve(name + ".png").toFile());
  }
}
