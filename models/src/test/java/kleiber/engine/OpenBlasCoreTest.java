package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OpenBlasCoreTest {
  @Test
  void goesByWhatTheProcessorCanDo() {
    assertEquals(
        Optional.of("SKYLAKEX"),
        OpenBlasCore.core("flags : fma avx2 avx512f avx512cd avx512bw avx512dq avx512vl"));
    assertEquals(Optional.of("HASWELL"), OpenBlasCore.core("flags : sse2 fma avx2 avx512f"));
    assertEquals(Optional.empty(), OpenBlasCore.core("flags : sse2 avx"));
  }

  /** The set for a processor of 2004, which OpenBLAS takes for any that it does not know. */
  @Test
  void aModernProcessorDoesNotFallBack() throws IOException {
    Path processors = Path.of("/proc/cpuinfo");
    Assumptions.assumeTrue(
        Files.isReadable(processors) && Files.readString(processors).contains(" avx2 "),
        "this machine does not say that it has AVX2");
    assertFalse(OpenBlas.core().equalsIgnoreCase("Prescott"), OpenBlas.core());
  }
}
