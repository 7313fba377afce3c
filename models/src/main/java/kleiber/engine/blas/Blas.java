package kleiber.engine.blas;

import java.lang.foreign.MemorySegment;

/**
 * Single-precision matrix products on heap arrays, without copies, one thread a call: by {@link
 * OneDnn} where it is available, as it is faster there at the shapes of small models, else by
 * {@link OpenBlas}.
 */
public final class Blas {
  private static final boolean ONE_DNN = OneDnn.available();

  private Blas() {}

  /** A row-major matrix inside an array, read as its transpose if {@code transposed}. */
  public record Matrix(float[] array, int offset, int stride, boolean transposed) {
    /** As it lies there. */
    public Matrix(float[] array, int offset, int stride) {
      this(array, offset, stride, false);
    }

    /** The same numbers, read as the transpose. */
    public Matrix transpose() {
      return new Matrix(array, offset, stride, !transposed);
    }

    MemorySegment segment() {
      return MemorySegment.ofArray(array).asSlice(4L * offset);
    }
  }

  /** C [m, n] = alpha · A [m, k] · B [k, n] + beta · C. */
  public static void multiply(
      int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    if (ONE_DNN) {
      OneDnn.multiply(m, n, k, alpha, a, b, beta, c);
    } else {
      OpenBlas.multiply(m, n, k, alpha, a, b, beta, c);
    }
  }

  /** To be called before products: another user of the library may have changed it. */
  public static void useOneThread() {
    if (!ONE_DNN) {
      OpenBlas.useOneThread();
    }
  }

  /** The library and the kernel set that decide the bits, such as {@code openblas-SkylakeX}. */
  public static String name() {
    return ONE_DNN ? OneDnn.name() : "openblas-" + OpenBlas.core();
  }
}
