package kleiber.engine.host;

import java.util.Set;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.blas.Blas;
import kleiber.engine.blas.Blas.Matrix;

/** Steps of Muon on whole matrices, one at a time for each worker, in buffers of its own. */
final class HostMuon {
  private final float[][] x;
  private final float[][] product;
  private final float[][] squares;
  private final float[][] polynomial;

  HostMuon(Set<Tensor> matrices, int workers) {
    int largest = matrices.stream().mapToInt(HostMuon::size).max().orElse(0);
    int side = matrices.stream().mapToInt(HostMuon::shorter).max().orElse(0);
    x = new float[workers][largest];
    product = new float[workers][largest];
    squares = new float[workers][side * side];
    polynomial = new float[workers][side * side];
  }

  private static int shorter(Tensor matrix) {
    return Math.min(matrix.matrixRows(), matrix.last());
  }

  /** Elements of one matrix of a stack. */
  private static int size(Tensor matrices) {
    return matrices.matrixRows() * matrices.last();
  }

  /**
   * @param which matrix of the stack
   */
  void run(
      Update update,
      Update.Muon rule,
      int member,
      Tensor matrix,
      int which,
      float[] w,
      float[] gradient,
      float[] first,
      int worker) {
    float scale = (float) update.gradientScale()[member];
    float momentum = (float) rule.momentum();
    float[] direction = x[worker];
    int size = size(matrix);
    int from = which * size;
    for (int i = 0; i < size; i++) {
      float g = gradient[from + i] * scale;
      first[from + i] = momentum * first[from + i] + g;
      direction[i] = g + momentum * first[from + i];
    }
    float[] orthogonal = orthogonal(matrix.matrixRows(), matrix.last(), worker);
    double learningRate = update.learningRate()[member];
    float rate = (float) (learningRate * matrix.rate() * Update.Muon.size(matrix));
    float decay = matrix.decays() ? (float) (learningRate * rule.weightDecay()) : 0;
    for (int i = 0; i < size; i++) {
      w[from + i] = w[from + i] - decay * w[from + i] - rate * orthogonal[i];
    }
  }

  /** Of what lies in the worker's x; in x or in the other buffer of its size. */
  private float[] orthogonal(int rows, int columns, int worker) {
    boolean wide = rows <= columns;
    int n = wide ? rows : columns;
    Matrix from = new Matrix(x[worker], 0, columns);
    Matrix to = new Matrix(product[worker], 0, columns);
    Matrix s_NxN = new Matrix(squares[worker], 0, n);
    Matrix p_NxN = new Matrix(polynomial[worker], 0, n);
    int size = rows * columns;
    double norm = Math.sqrt(Reductions.squares(x[worker], 0, size)) + Update.Muon.SMALL;
    for (int i = 0; i < size; i++) {
      x[worker][i] = (float) (x[worker][i] / norm);
    }
    for (int iteration = 0; iteration < Update.Muon.ITERATIONS; iteration++) {
      Matrix left = wide ? from : from.transpose();
      Blas.multiply(n, n, wide ? columns : rows, 1, left, left.transpose(), 0, s_NxN);
      Blas.multiply(n, n, n, 1, s_NxN, s_NxN, 0, p_NxN);
      combine(s_NxN.array(), p_NxN.array(), n);
      if (wide) {
        Blas.multiply(n, columns, n, 1, p_NxN, from, 0, to);
      } else {
        Blas.multiply(rows, n, n, 1, from, p_NxN, 0, to);
      }
      Matrix spare = from;
      from = to;
      to = spare;
    }
    return from.array();
  }

  /** What holds S² becomes a I + b S + c S². */
  private static void combine(float[] s_NxN, float[] p_NxN, int n) {
    for (int i = 0; i < n * n; i++) {
      p_NxN[i] = (float) Update.Muon.B * s_NxN[i] + (float) Update.Muon.C * p_NxN[i];
    }
    for (int i = 0; i < n; i++) {
      p_NxN[i * n + i] += (float) Update.Muon.A;
    }
  }
}
