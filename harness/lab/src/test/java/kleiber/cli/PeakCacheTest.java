package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeakCacheTest {
  @TempDir Path folder;

  @Test
  void peaksAreKeptByProcessorAndThreads() throws IOException {
    Path file = folder.resolve("cache/peaks.properties");
    assertEquals(OptionalDouble.empty(), PeakCache.read(file, "A = B: C", 2));
    PeakCache.keep(file, "A = B: C", 2, 1.5e11);
    PeakCache.keep(file, "A = B: C", 4, 3e11);
    PeakCache.keep(file, "A = B: C", 2, 1.6e11);
    assertEquals(OptionalDouble.of(1.6e11), PeakCache.read(file, "A = B: C", 2));
    assertEquals(OptionalDouble.of(3e11), PeakCache.read(file, "A = B: C", 4));
    assertEquals(OptionalDouble.empty(), PeakCache.read(file, "A", 2));
  }

  @Test
  void whatCannotBeReadIsNotKnown() throws IOException {
    Path file = Files.writeString(folder.resolve("peaks.properties"), "x=\\u00");
    assertEquals(OptionalDouble.empty(), PeakCache.read(file, "A", 2));
    PeakCache.keep(file, "A", 2, 1e11);
    assertEquals(OptionalDouble.of(1e11), PeakCache.read(file, "A", 2));
  }
}
