package kleiber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.Properties;
import kleiber.live.GridReader;
import kleiber.run.Machine;

/** The peaks of processors that {@code bench} has measured, kept where things are kept. */
final class PeakCache {
  private static final String CPU = "cpu";

  /** For those who look on: what this user has measured, here or where the cache is shared. */
  static final GridReader.Peaks PEAKS =
      (device, processor, threads) ->
          device.equals(CPU) ? read(file(), processor, threads) : OptionalDouble.empty();

  private PeakCache() {}

  private static Path file() {
    return Caches.folder().resolve("peaks.properties");
  }

  /** Keeps what was measured here. What cannot be kept is measured again another day. */
  static void keep(int threads, double flopsPerSecond) {
    keep(file(), Machine.here().processor(), threads, flopsPerSecond);
  }

  static void keep(Path file, String processor, int threads, double flopsPerSecond) {
    Properties known = properties(file);
    known.setProperty(key(processor, threads), Double.toString(flopsPerSecond));
    try {
      Files.createDirectories(file.getParent());
      try (var out = Files.newBufferedWriter(file)) {
        known.store(out, "FLOPs per second in single precision, by processor and threads");
      }
    } catch (IOException e) {
      return;
    }
  }

  static OptionalDouble read(Path file, String processor, int threads) {
    String value = properties(file).getProperty(key(processor, threads));
    try {
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private static String key(String processor, int threads) {
    return processor + ", threads " + threads;
  }

  private static Properties properties(Path file) {
    Properties known = new Properties();
    if (Files.isRegularFile(file)) {
      try (var in = Files.newBufferedReader(file)) {
        known.load(in);
      } catch (IOException | IllegalArgumentException e) {
        known.clear(); // written by a hand, or not at all
      }
    }
    return known;
  }
}
