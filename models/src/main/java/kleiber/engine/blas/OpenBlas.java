package kleiber.engine.blas;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kleiber.engine.blas.Blas.Matrix;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products of float32 matrices by OpenBLAS. The first use extracts the library from its jar, which
 * takes seconds once and milliseconds after. Arrays stay on the heap.
 *
 * <p>One thread per call: several give other bits and fight with the engine's own.
 */
@SuppressWarnings("restricted")
public final class OpenBlas {
  private static final int ROW_MAJOR = 101;
  private static final int AS_IS = 111;
  private static final int TRANSPOSED = 112;

  private static final SymbolLookup LIBRARY = library();
  private static final MethodHandle SET_THREADS =
      handle("openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
  // Critical: the arrays stay on the heap. Calls are short, as a collection waits for them.
  private static final MethodHandle SGEMM =
      handle(
          "cblas_sgemm",
          FunctionDescriptor.ofVoid(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT),
          Linker.Option.critical(true));

  private OpenBlas() {}

  /** C [m, n] = alpha · A [m, k] · B [k, n] + beta · C. */
  static void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    try {
      SGEMM.invokeExact(
          ROW_MAJOR,
          order(a),
          order(b),
          m,
          n,
          k,
          alpha,
          a.segment(),
          a.stride(),
          b.segment(),
          b.stride(),
          beta,
          c.segment(),
          c.stride());
    } catch (Throwable e) {
      throw new IllegalStateException("cblas_sgemm failed", e);
    }
  }

  private static int order(Matrix matrix) {
    return matrix.transposed() ? TRANSPOSED : AS_IS;
  }

  /** To be called before products: another user of the library may have changed it. */
  public static void useOneThread() {
    try {
      SET_THREADS.invokeExact(1);
    } catch (Throwable e) {
      throw new IllegalStateException("openblas_set_num_threads failed", e);
    }
  }

  /** The kernel set that OpenBLAS chose for this processor, such as {@code SkylakeX}. */
  public static String core() {
    MethodHandle core = handle("openblas_get_corename", FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      MemorySegment name = (MemorySegment) core.invokeExact();
      return name.reinterpret(64).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("openblas_get_corename failed", e);
    }
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), descriptor, options);
  }

  private static SymbolLookup library() {
    OpenBlasCore.choose();
    Path glue = Path.of(Loader.load(openblas_nolapack.class));
    try (Stream<Path> files = Files.list(glue.resolveSibling(""))) {
      Path library =
          files
              .filter(f -> f.getFileName().toString().matches("(lib)?openblas_nolapack\\b.*"))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalStateException("no OpenBLAS library lies beside " + glue));
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IOException e) {
      throw new IllegalStateException("cannot look for OpenBLAS beside " + glue, e);
    }
  }
}
