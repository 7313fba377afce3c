package kleiber.engine.blas;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import kleiber.engine.Bfloat16;
import org.bytedeco.javacpp.Loader;

/**
 * Products of matrices, of float32 or of bfloat16 summed in float32, by oneDNN on processors that
 * have instructions for both (AVX-512 BF16, AMX). Arrays stay on the heap; one thread per call, as
 * in {@link Blas}.
 */
@SuppressWarnings("restricted")
public final class OneDnn {
  private static final String LIBRARIES = "/org/bytedeco/%s/linux-x86_64/%s";
  // The values of dnnl_cpu_isa_t are sets of bits.
  private static final int AVX512_BF16 = 0xe7;
  private static final int AMX = 0xfef;

  private OneDnn() {}

  /** Whether the library is there and the processor multiplies bfloat16 by itself. */
  public static boolean available() {
    return Loader.getPlatform().equals("linux-x86_64")
        && OneDnn.class.getResource(LIBRARIES.formatted("dnnl", "libdnnl.so.3")) != null
        && (Library.ISA & AVX512_BF16) == AVX512_BF16;
  }

  /** The version and the instructions that decide the bits, such as {@code onednn-3.8.1-amx}. */
  static String name() {
    String instructions = (Library.ISA & AMX) == AMX ? "amx" : "avx512bf16";
    return "onednn-" + Library.VERSION + "-" + instructions;
  }

  /** A row-major matrix of bfloat16 from an array's beginning, perhaps read as its transpose. */
  public record Matrix(short[] array, int stride, boolean transposed) {
    /** The same numbers, read as the transpose. */
    public Matrix transpose() {
      return new Matrix(array, stride, !transposed);
    }

    private byte order() {
      return (byte) (transposed ? 'T' : 'N');
    }
  }

  /** C [m, n] = A [m, k] · B [k, n] + beta · C. */
  public static void multiply(int m, int n, int k, Matrix a, Matrix b, float beta, Blas.Matrix c) {
    try {
      Library.SET_THREADS.invokeExact(1); // OpenMP keeps the number by calling thread
      int status =
          (int)
              Library.GEMM.invokeExact(
                  a.order(),
                  b.order(),
                  (long) m,
                  (long) n,
                  (long) k,
                  1f,
                  MemorySegment.ofArray(a.array),
                  (long) a.stride,
                  MemorySegment.ofArray(b.array),
                  (long) b.stride,
                  beta,
                  c.segment(),
                  (long) c.stride());
      if (status != 0) {
        throw new IllegalStateException("status " + status);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_gemm_bf16bf16f32 failed", e);
    }
  }

  /** C [m, n] = alpha · A [m, k] · B [k, n] + beta · C, in float32. */
  public static void multiply(
      int m, int n, int k, float alpha, Blas.Matrix a, Blas.Matrix b, float beta, Blas.Matrix c) {
    try {
      Library.SET_THREADS.invokeExact(1);
      int status =
          (int)
              Library.SGEMM.invokeExact(
                  order(a),
                  order(b),
                  (long) m,
                  (long) n,
                  (long) k,
                  alpha,
                  a.segment(),
                  (long) a.stride(),
                  b.segment(),
                  (long) b.stride(),
                  beta,
                  c.segment(),
                  (long) c.stride());
      if (status != 0) {
        throw new IllegalStateException("status " + status);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("dnnl_sgemm failed", e);
    }
  }

  private static byte order(Blas.Matrix matrix) {
    return (byte) (matrix.transposed() ? 'T' : 'N');
  }

  /** Rounds as {@link Bfloat16#round} does, a stretch of an array to another's beginning. */
  public static void round(float[] values, int from, short[] rounded, int length) {
    try {
      Library.ROUND.invokeExact(
          MemorySegment.ofArray(rounded),
          MemorySegment.ofArray(values).asSlice((long) Float.BYTES * from),
          (long) length);
    } catch (Throwable e) {
      throw new IllegalStateException("cvt_float_to_bfloat16 failed", e);
    }
  }

  /** Loaded when it is first needed. */
  private static final class Library {
    private static final SymbolLookup LIBRARY;
    private static final SymbolLookup OPENMP;

    static {
      try {
        // Both are found by name when the third, which asks for them, is loaded after them.
        load("opencl", "libOpenCL.so.1");
        OPENMP = load("dnnl", "libgomp.so.1");
        LIBRARY = load("dnnl", "libdnnl.so.3");
      } catch (IOException e) {
        throw new IllegalStateException("cannot extract oneDNN from its jar", e);
      }
    }

    static final int ISA = isa();
    static final String VERSION = version();
    static final MethodHandle SET_THREADS =
        handle(OPENMP, "omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    static final MethodHandle SGEMM = product("dnnl_sgemm");
    static final MethodHandle GEMM = product("dnnl_gemm_bf16bf16f32");
    // Eight times as fast as a Java loop, which the compiler does not vectorise.
    static final MethodHandle ROUND =
        handle(
            LIBRARY,
            "_ZN4dnnl4impl21cvt_float_to_bfloat16EPNS0_10bfloat16_tEPKfm",
            FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
            Linker.Option.critical(true));

    // Critical: the arrays stay on the heap. Calls are short, as a collection waits for them.
    private static MethodHandle product(String name) {
      return handle(
          LIBRARY,
          name,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_BYTE,
              ValueLayout.JAVA_BYTE,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_FLOAT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG),
          Linker.Option.critical(true));
    }

    private static SymbolLookup load(String artifact, String file) throws IOException {
      File library = Loader.cacheResource(OneDnn.class, LIBRARIES.formatted(artifact, file));
      return SymbolLookup.libraryLookup(library.toPath(), Arena.global());
    }

    private static MethodHandle handle(
        SymbolLookup library,
        String name,
        FunctionDescriptor descriptor,
        Linker.Option... options) {
      return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor, options);
    }

    private static int isa() {
      try {
        return (int)
            handle(
                    LIBRARY,
                    "dnnl_get_effective_cpu_isa",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT))
                .invokeExact();
      } catch (Throwable e) {
        throw new IllegalStateException("dnnl_get_effective_cpu_isa failed", e);
      }
    }

    private static String version() {
      try {
        MemorySegment numbers =
            ((MemorySegment)
                    handle(LIBRARY, "dnnl_version", FunctionDescriptor.of(ValueLayout.ADDRESS))
                        .invokeExact())
                .reinterpret(3L * Integer.BYTES);
        return numbers.getAtIndex(ValueLayout.JAVA_INT, 0)
            + "."
            + numbers.getAtIndex(ValueLayout.JAVA_INT, 1)
            + "."
            + numbers.getAtIndex(ValueLayout.JAVA_INT, 2);
      } catch (Throwable e) {
        throw new IllegalStateException("dnnl_version failed", e);
      }
    }
  }
}
