package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlasKernelsTest {
  private static final String INTEL = "vendor_id\t: GenuineIntel\nmodel\t\t: 207\nflags\t\t: ";

  @Test
  void anIntelProcessorIsKnownByItsFeatures() {
    assertEquals(
        Optional.of("SkylakeX"),
        BlasKernels.of(INTEL + "fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl\n"));
    assertEquals(Optional.of("Haswell"), BlasKernels.of(INTEL + "sse4_2 fma avx2\n"));
    assertEquals(Optional.empty(), BlasKernels.of(INTEL + "sse3\n"));
  }

  @Test
  void othersAreLeftToTheLibrary() {
    assertEquals(
        Optional.empty(), BlasKernels.of("vendor_id\t: AuthenticAMD\nflags\t\t: fma avx2\n"));
    assertEquals(Optional.empty(), BlasKernels.of("processor: 0\nBogoMIPS: 50\n"));
  }

  /** Set.of refuses twins, and a kernel that lists a feature twice must not stop the engine. */
  @Test
  void aFeatureListedTwiceDoesNoHarm() {
    assertEquals(Optional.of("Haswell"), BlasKernels.of(INTEL + "fma fma avx2\n"));
  }
}
