package kleiber.engine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells OpenBLAS which set of kernels to use, where it would guess badly: it knows Intel's
 * processors by model number, and takes one newer than itself for a Prescott of 2004, whose
 * products are several times slower. Features do not age, so they decide here.
 */
@SuppressWarnings("restricted")
final class BlasKernels {
  private static final String VARIABLE = "OPENBLAS_CORETYPE";
  private static final Path FEATURES = Path.of("/proc/cpuinfo");

  private BlasKernels() {}

  /** To be called before the library is loaded. A user's own choice stands. */
  static void choose() {
    if (System.getenv(VARIABLE) != null || !Files.isReadable(FEATURES)) {
      return;
    }
    try {
      of(Files.readString(FEATURES)).ifPresent(BlasKernels::setVariable);
    } catch (IOException e) {
      // Without the file OpenBLAS guesses, as it would have without us.
    }
  }

  /**
   * The kernels for the processor that {@code /proc/cpuinfo} describes; empty to let OpenBLAS
   * guess.
   */
  static Optional<String> of(String cpuinfo) {
    if (!cpuinfo.contains("GenuineIntel")) {
      return Optional.empty();
    }
    Set<String> features =
        cpuinfo
            .lines()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(
                line ->
                    Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
            .orElse(Set.of());
    if (features.containsAll(Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl"))) {
      return Optional.of("SkylakeX");
    }
    return features.containsAll(Set.of("avx2", "fma")) ? Optional.of("Haswell") : Optional.empty();
  }

  /** The library reads the environment of the process, which Java cannot change by itself. */
  private static void setVariable(String kernels) {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("setenv"),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT))
                  .invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(kernels), 1);
      if (failed != 0) {
        throw new IllegalStateException("setenv failed");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set " + VARIABLE, e);
    }
  }
}
