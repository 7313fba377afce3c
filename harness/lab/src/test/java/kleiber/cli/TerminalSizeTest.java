package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the live view knows of the machine it is looked at on, and of those it looks at. */
class TerminalSizeTest {
  @TempDir Path folder;

  @Test
  void aTerminalTellsItsSize() {
    assertEquals(new TerminalSize(50, 120), TerminalSize.parse("50 120\n"));
    TerminalSize usual = new TerminalSize(24, 80);
    assertEquals(usual, TerminalSize.parse(""));
    assertEquals(usual, TerminalSize.parse("0 0\n"));
    assertEquals(usual, TerminalSize.parse("stty: not a terminal"));
  }

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
    Files.writeString(file, "x=\\u00");
    assertEquals(OptionalDouble.empty(), PeakCache.read(file, "A = B: C", 2));
  }
}
