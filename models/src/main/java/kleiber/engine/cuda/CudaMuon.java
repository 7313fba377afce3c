package kleiber.engine.cuda;

import java.util.List;
import java.util.Set;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch;
import kleiber.engine.cuda.driver.Launch.Grid;
import kleiber.engine.cuda.driver.Product;
import kleiber.engine.cuda.driver.Product.Matrix;

/**
 * Muon's hidden matrices, one after another, each for all members at once. Its memory is taken at
 * the first step, as no other optimizer needs it.
 */
final class CudaMuon {
  private static final int THREADS = 256;
  private static final int SQUARES_OF_BLOCK = 4096;

  private final Set<Tensor> matrices;
  private final CudaMemory memory;
  private final CudaStream stream;
  private final int members;
  private long direction;
  private long product;
  private long squares;
  private long polynomial;
  private long sums;
  private long norms;

  CudaMuon(Set<Tensor> matrices, CudaMemory memory, CudaStream stream) {
    this.matrices = matrices;
    this.memory = memory;
    this.stream = stream;
    members = memory.members();
  }

  private static int shorter(Tensor matrix) {
    return Math.min(matrix.matrixRows(), matrix.last());
  }

  /** Elements of one matrix of a stack. */
  private static int size(Tensor matrices) {
    return matrices.matrixRows() * matrices.last();
  }

  private static int blocks(long size) {
    return Math.toIntExact(Math.ceilDiv(size, SQUARES_OF_BLOCK));
  }

  private void allocate() {
    long largest = matrices.stream().mapToLong(CudaMuon::size).max().orElse(1);
    long side = matrices.stream().mapToLong(CudaMuon::shorter).max().orElse(1);
    direction = memory.allocateLater(Float.BYTES * largest * members);
    product = memory.allocateLater(Float.BYTES * largest * members);
    squares = memory.allocateLater(Float.BYTES * side * side * members);
    polynomial = memory.allocateLater(Float.BYTES * side * side * members);
    sums = memory.allocateLater((long) Double.BYTES * blocks(largest) * members);
    norms = memory.allocateLater((long) Double.BYTES * members);
  }

  /**
   * @param settings of the members, as the optimizer writes them
   */
  void step(long settings) {
    if (direction == 0) {
      allocate();
    }
    for (Tensor stack : matrices) {
      for (int which = 0; which < stack.matrices(); which++) {
        step(stack, (long) Float.BYTES * which * size(stack), settings);
      }
    }
  }

  /**
   * @param at bytes of the stack before the matrix
   */
  private void step(Tensor stack, long at, long settings) {
    int size = size(stack);
    each(
        "muon_direction",
        size,
        memory.gradient(stack) + at,
        memory.moment(stack, 0) + at,
        memory.stride(stack),
        settings,
        direction,
        size);
    each(
        "muon_update",
        size,
        memory.value(stack) + at,
        memory.stride(stack),
        settings,
        orthogonal(stack),
        size,
        (float) (stack.rate() * Update.Muon.size(stack)),
        CudaOperation.flag(stack.decays()));
  }

  /** Of what lies in direction: where it lies then. */
  private long orthogonal(Tensor matrix) {
    int size = size(matrix);
    int count = blocks(size);
    launch("adamw", "squares", new Grid(count, members, 1), direction, sums, (long) size);
    launch("adamw", "norms", new Grid(members, 1, 1), sums, norms, count);
    each("muon_normalize", size, direction, norms, size, (float) Update.Muon.SMALL);
    int rows = matrix.matrixRows();
    int columns = matrix.last();
    boolean wide = rows <= columns;
    int n = shorter(matrix);
    Matrix from = new Matrix(direction, columns, size);
    Matrix to = from.at(product);
    Matrix s_NxN = new Matrix(squares, n, (long) n * n);
    Matrix p_NxN = s_NxN.at(polynomial);
    for (int iteration = 0; iteration < Update.Muon.ITERATIONS; iteration++) {
      Matrix left = wide ? from : from.transpose();
      multiply(n, n, wide ? columns : rows, left, left.transpose(), s_NxN);
      multiply(n, n, n, s_NxN, s_NxN, p_NxN);
      each(
          "muon_polynomial",
          (long) n * n,
          squares,
          polynomial,
          n,
          (float) Update.Muon.A,
          (float) Update.Muon.B,
          (float) Update.Muon.C);
      if (wide) {
        multiply(n, columns, n, p_NxN, from, to);
      } else {
        multiply(rows, n, n, from, p_NxN, to);
      }
      Matrix spare = from;
      from = to;
      to = spare;
    }
    return from.address();
  }

  private void multiply(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
    stream.multiply(new Product(Product.Inputs.FLOAT32, m, n, k, a, b, 0, c, members, 1));
  }

  /** One thread for each of so many elements of every member, members along y. */
  private void each(String kernel, long size, Object... arguments) {
    launch("muon", kernel, new Grid(Math.ceilDiv(size, THREADS), members, 1), arguments);
  }

  private void launch(String source, String kernel, Grid grid, Object... arguments) {
    stream.launch(new Launch(source, kernel, grid, THREADS, 0, List.of(arguments)));
  }
}
