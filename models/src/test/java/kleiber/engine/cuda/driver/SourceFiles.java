package kleiber.engine.cuda.driver;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which CUDA sources there are, and the kernels in them. */
final class SourceFiles {
  private static final Pattern KERNEL =
      Pattern.compile(
          "extern \"C\" __global__ void (?:__launch_bounds__\\(\\w+\\) )?\\s*(\\w+)\\(");

  /** The kernels that a macro of a header defines for each width. */
  private static final Pattern OF_WIDTHS =
      Pattern.compile("^ATTENTION\\((\\w+), (\\d+)\\)$", Pattern.MULTILINE);

  private static final Pattern OF_WIDTH = Pattern.compile("NAME##(_\\w+_)##W\\(");

  private SourceFiles() {}

  /** Of a kind, such as {@code .cuh}. */
  static List<String> ending(String ending) {
    try {
      Path classes =
          Path.of(CudaDevice.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.list(classes.resolve("kleiber/engine/cuda"))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(ending))
            .sorted()
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot list the CUDA sources", e);
    }
  }

  /** The kernels of a source, by name. */
  static List<String> kernels(String text) {
    Stream<String> written = KERNEL.matcher(text).results().map(found -> found.group(1));
    Stream<String> ofWidths =
        OF_WIDTHS
            .matcher(text)
            .results()
            .flatMap(
                use ->
                    OF_WIDTH
                        .matcher(KernelSources.text("attention.cuh"))
                        .results()
                        .map(kernel -> use.group(1) + kernel.group(1) + use.group(2)));
    return Stream.concat(written, ofWidths).toList();
  }
}
