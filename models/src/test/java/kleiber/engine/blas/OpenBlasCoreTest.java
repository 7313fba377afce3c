package kleiber.engine.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Optional;
import java.util.Set;
import kleiber.engine.Processor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OpenBlasCoreTest {
  @Test
  void goesByWhatTheProcessorCanDo() {
    assertEquals(
        Optional.of("SKYLAKEX"),
        OpenBlasCore.core(
            Set.of("fma", "avx2", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl")));
    assertEquals(
        Optional.of("HASWELL"), OpenBlasCore.core(Set.of("sse2", "fma", "avx2", "avx512f")));
    assertEquals(Optional.empty(), OpenBlasCore.core(Set.of("sse2", "avx")));
  }

  /** The set for a processor of 2004, which OpenBLAS takes for any that it does not know. */
  @Test
  void aModernProcessorDoesNotFallBack() {
    Assumptions.assumeTrue(
        Processor.here().flags().contains("avx2"), "this machine does not say that it has AVX2");
    assertFalse(OpenBlas.core().equalsIgnoreCase("Prescott"), OpenBlas.core());
  }
}
