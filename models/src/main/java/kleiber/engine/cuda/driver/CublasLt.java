package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/**
 * Matrix products by cuBLASLt. It counts by columns, so C = A B is asked for as its transpose B^T
 * A^T. An algorithm is chosen by cuBLASLt's heuristics for one member, from those that sum in one
 * order, and then used for all members at once; where it cannot be, members are multiplied one by
 * one.
 */
@SuppressWarnings("restricted")
final class CublasLt implements AutoCloseable {
  /** Bytes that a product may use beside its matrices. */
  static final long WORKSPACE = 32L << 20;

  // Of the enumerations of cublasLt.h and library_types.h.
  private static final int R_32F = 0;
  private static final int R_16BF = 14;
  private static final int COMPUTE_32F = 68;
  private static final int COMPUTE_32F_FAST_TF32 = 77;
  private static final int TRANSPOSED = 1;
  private static final int DESC_TRANSA = 3;
  private static final int DESC_TRANSB = 4;
  private static final int LAYOUT_BATCH_COUNT = 5;
  private static final int LAYOUT_BATCH_STRIDE = 6;
  private static final int PREFERENCE_WORKSPACE = 1;
  private static final int PREFERENCE_REDUCTIONS = 3;
  private static final int PREFERENCE_ALIGNMENTS = 5;
  private static final int NO_REDUCTION = 0;
  private static final int ALLOC_FAILED = 3; // cublasStatus_t
  // cublasLtMatmulHeuristicResult_t: an algorithm of 64 bytes, its workspace, a status.
  private static final long RESULT_BYTES = 96;
  private static final long RESULT_WORKSPACE = 64;
  private static final long RESULT_STATE = 72;

  /** To which addresses of all tensors are multiples. */
  private static final long ALIGNMENT = 256;

  private final NativeLibrary library;
  private final Driver driver;
  private final Arena arena = Arena.ofShared();
  private final NativeLibrary.Function matmul;
  private final NativeLibrary.Function setDescription;
  private final NativeLibrary.Function setLayout;
  private final NativeLibrary.Function setPreference;
  private final long handle;
  private final long zero;
  private final long one;
  private final Map<Product, Plan> plans = new HashMap<>();

  /**
   * How products of a shape are computed.
   *
   * @param algorithm its address
   * @param together whether one call does all members
   */
  private record Plan(long description, long a, long b, long c, long algorithm, boolean together) {}

  /**
   * @param driver of the card, which is asked how much memory it has when there is too little
   */
  CublasLt(NativeLibrary library, Driver driver) {
    this.library = library;
    this.driver = driver;
    matmul = library.function("cublasLtMatmul", "i" + "l".repeat(16));
    setDescription = library.function("cublasLtMatmulDescSetAttribute", "ilill");
    setLayout = library.function("cublasLtMatrixLayoutSetAttribute", "ilill");
    setPreference = library.function("cublasLtMatmulPreferenceSetAttribute", "ilill");
    handle = create("cublasLtCreate", "il");
    zero = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0).address();
    one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1).address();
  }

  /** Where it was found. */
  String name() {
    return library.name();
  }

  /** Such as 13.1.0. */
  String version() {
    return version(library);
  }

  /** The version of the library, without starting it. */
  static String version(NativeLibrary library) {
    long version = library.function("cublasLtGetVersion", "l").callLong();
    return version / 10_000 + "." + version / 100 % 100 + "." + version % 100;
  }

  /**
   * Multiplies on a stream.
   *
   * @param workspace of {@link #WORKSPACE} bytes, the stream's own
   */
  void multiply(Product product, long stream, long workspace) {
    Plan plan = of(product);
    if (plan.together) {
      multiply(plan, product, 0, stream, workspace);
    } else {
      for (int member = 0; member < product.members(); member++) {
        multiply(plan, product, member, stream, workspace);
      }
    }
  }

  private void multiply(Plan plan, Product product, int member, long stream, long workspace) {
    if (product.beta() != 0 && product.beta() != 1) {
      throw new IllegalArgumentException("a product with beta " + product.beta());
    }
    long first = (long) member * product.parts();
    int bytes = product.inputs().bytes();
    long a = product.a().address() + first * product.a().stride() * bytes;
    long b = product.b().address() + first * product.b().stride() * bytes;
    long c = product.c().address() + first * product.c().stride() * Float.BYTES;
    check(
        "cublasLtMatmul",
        matmul.call(
            handle,
            plan.description,
            one,
            b,
            plan.b,
            a,
            plan.a,
            product.beta() == 0 ? zero : one,
            c,
            plan.c,
            c,
            plan.c,
            plan.algorithm,
            workspace,
            WORKSPACE,
            stream));
  }

  private synchronized Plan of(Product product) {
    return plans.computeIfAbsent(
        new Product(
            product.inputs(),
            product.m(),
            product.n(),
            product.k(),
            product.a().at(0),
            product.b().at(0),
            0,
            product.c().at(0),
            product.members(),
            product.parts()),
        this::make);
  }

  private Plan make(Product product) {
    int type = product.inputs() == Product.Inputs.BFLOAT16 ? R_16BF : R_32F;
    int compute = product.inputs() == Product.Inputs.TF32 ? COMPUTE_32F_FAST_TF32 : COMPUTE_32F;
    long description = create("cublasLtMatmulDescCreate", "ilii", compute, R_32F);
    set(setDescription, description, DESC_TRANSA, product.b().transposed() ? TRANSPOSED : 0);
    set(setDescription, description, DESC_TRANSB, product.a().transposed() ? TRANSPOSED : 0);
    long a = layout(type, product.k(), product.m(), product.a());
    long b = layout(type, product.n(), product.k(), product.b());
    long c = layout(R_32F, product.n(), product.m(), product.c());
    for (long layout : new long[] {a, b, c}) {
      set(setLayout, layout, LAYOUT_BATCH_COUNT, product.parts());
    }
    MemorySegment chosen = choose(product, description, a, b, c);
    boolean together = product.members() == 1;
    if (!together) {
      for (long layout : new long[] {a, b, c}) {
        set(setLayout, layout, LAYOUT_BATCH_COUNT, product.members() * product.parts());
      }
      together = works(description, a, b, c, chosen);
      if (!together) {
        for (long layout : new long[] {a, b, c}) {
          set(setLayout, layout, LAYOUT_BATCH_COUNT, product.parts());
        }
      }
    }
    return new Plan(description, a, b, c, chosen.address(), together);
  }

  /** The result of the heuristics, which begins with the algorithm. */
  private MemorySegment choose(Product product, long description, long a, long b, long c) {
    MemorySegment result = arena.allocate(RESULT_BYTES, Long.BYTES);
    MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
    long preference = create("cublasLtMatmulPreferenceCreate", "il");
    set(setPreference, preference, PREFERENCE_WORKSPACE, WORKSPACE);
    set(setPreference, preference, PREFERENCE_REDUCTIONS, NO_REDUCTION);
    int bytes = product.inputs().bytes();
    int[] alignments = {
      alignment(product.b(), bytes),
      alignment(product.a(), bytes),
      alignment(product.c(), Float.BYTES),
      alignment(product.c(), Float.BYTES)
    };
    for (int i = 0; i < alignments.length; i++) {
      set(setPreference, preference, PREFERENCE_ALIGNMENTS + i, alignments[i]);
    }
    int status =
        library
            .function("cublasLtMatmulAlgoGetHeuristic", "illllllli" + "ll")
            .call(
                handle, description, b, a, c, c, preference, 1, result.address(), count.address());
    library.function("cublasLtMatmulPreferenceDestroy", "il").call(preference);
    check("cublasLtMatmulAlgoGetHeuristic for " + product, status);
    check(
        "cublasLtMatmulAlgoGetHeuristic for " + product,
        result.get(ValueLayout.JAVA_INT, RESULT_STATE));
    if (count.get(ValueLayout.JAVA_INT, 0) < 1) {
      throw new CudaException("cuBLASLt knows no way to compute " + product);
    }
    return result;
  }

  /** What the addresses of all matrices of a batch are multiples of. */
  private static int alignment(Product.Matrix matrix, int bytes) {
    return (int) Math.min(ALIGNMENT, Long.lowestOneBit(matrix.stride() * bytes));
  }

  private boolean works(long description, long a, long b, long c, MemorySegment algorithm) {
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment result = temporary.allocate(RESULT_BYTES, Long.BYTES);
      int status =
          library
              .function("cublasLtMatmulAlgoCheck", "i" + "l".repeat(8))
              .call(handle, description, b, a, c, c, algorithm.address(), result.address());
      return status == 0 && result.get(ValueLayout.JAVA_LONG, RESULT_WORKSPACE) <= WORKSPACE;
    }
  }

  /** Rows and columns as they are meant; as it counts, they lie transposed. */
  private long layout(int type, int columnLength, int rowCount, Product.Matrix matrix) {
    long rows = matrix.transposed() ? rowCount : columnLength;
    long columns = matrix.transposed() ? columnLength : rowCount;
    long layout =
        create("cublasLtMatrixLayoutCreate", "ililll", type, rows, columns, matrix.pitch());
    set(setLayout, layout, LAYOUT_BATCH_STRIDE, matrix.stride());
    return layout;
  }

  /** What a function writes to where its first parameter points. */
  private long create(String function, String types, Object... rest) {
    try (Arena temporary = Arena.ofConfined()) {
      MemorySegment result = temporary.allocate(ValueLayout.JAVA_LONG);
      Object[] arguments = new Object[rest.length + 1];
      arguments[0] = result.address();
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      check(function, library.function(function, types).call(arguments));
      return result.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private void set(NativeLibrary.Function setter, long object, int attribute, int value) {
    try (Arena temporary = Arena.ofConfined()) {
      long address = temporary.allocateFrom(ValueLayout.JAVA_INT, value).address();
      check(setter.name(), setter.call(object, attribute, address, (long) Integer.BYTES));
    }
  }

  private void set(NativeLibrary.Function setter, long object, int attribute, long value) {
    try (Arena temporary = Arena.ofConfined()) {
      long address = temporary.allocateFrom(ValueLayout.JAVA_LONG, value).address();
      check(setter.name(), setter.call(object, attribute, address, (long) Long.BYTES));
    }
  }

  private void check(String function, int status) {
    if (status == ALLOC_FAILED) {
      throw driver.outOfMemory(function);
    }
    if (status != 0) {
      long text = library.function("cublasLtGetStatusString", "li").callLong(status);
      throw new CudaException(
          "%s failed with %s (%s %s)"
              .formatted(
                  function,
                  MemorySegment.ofAddress(text).reinterpret(1 << 10).getString(0),
                  library.name(),
                  version()));
    }
  }

  @Override
  public void close() {
    for (Plan plan : plans.values()) {
      for (long layout : new long[] {plan.a, plan.b, plan.c}) {
        library.function("cublasLtMatrixLayoutDestroy", "il").call(layout);
      }
      library.function("cublasLtMatmulDescDestroy", "il").call(plan.description);
    }
    library.function("cublasLtDestroy", "il").call(handle);
    arena.close();
  }
}
