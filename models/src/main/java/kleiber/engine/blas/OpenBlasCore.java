package kleiber.engine.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kleiber.engine.Processor;

/**
 * Names OpenBLAS's kernel set by what the processor can do. OpenBLAS goes by model numbers instead,
 * and on a processor younger than itself it falls back to kernels several times slower. It reads
 * its choice from the C environment when it is loaded.
 */
@SuppressWarnings("restricted")
public final class OpenBlasCore {
  private static final String VARIABLE = "OPENBLAS_CORETYPE";

  private OpenBlasCore() {}

  /** To be called before any OpenBLAS is loaded. A choice of the user's stands. */
  public static void choose() {
    if (System.getenv(VARIABLE) == null) {
      core(Processor.here().flags()).ifPresent(OpenBlasCore::set);
    }
  }

  /** The kernel set for a processor's flags; empty where OpenBLAS's own choice is as good. */
  static Optional<String> core(Set<String> flags) {
    if (flags.containsAll(List.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"))) {
      return Optional.of("SKYLAKEX");
    }
    return flags.containsAll(List.of("avx2", "fma")) ? Optional.of("HASWELL") : Optional.empty();
  }

  private static void set(String core) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(core), 0);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv failed", e);
    }
  }
}
