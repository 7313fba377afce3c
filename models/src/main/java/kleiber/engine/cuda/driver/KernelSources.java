package kleiber.engine.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CUDA sources that lie beside this class. */
final class KernelSources {
  private static final String INCLUDE = "#include \"";

  private KernelSources() {}

  /** A file. */
  static String text(String file) {
    try (InputStream stream =
        KernelSources.class.getResourceAsStream("/kleiber/engine/cuda/" + file)) {
      if (stream == null) {
        throw new IllegalArgumentException("there is no CUDA source " + file);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The headers that a source includes, in order. */
  static List<String> headers(String text) {
    return text.lines()
        .filter(line -> line.startsWith(INCLUDE))
        .map(line -> line.substring(INCLUDE.length(), line.lastIndexOf('"')))
        .toList();
  }
}
