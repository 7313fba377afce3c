package kleiber.engine.blas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import kleiber.engine.blas.Blas.Matrix;
import kleiber.engine.host.VectorProducts;
import org.junit.jupiter.api.Test;

/**
 * Both libraries and our own products against plain loops: every order of the factors, inside
 * larger arrays.
 */
class BlasTest {
  private interface Product {
    void multiply(int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c);
  }

  @Test
  void openBlasMultiplies() {
    OpenBlas.useOneThread();
    check(OpenBlas::multiply);
  }

  @Test
  void oneDnnMultiplies() {
    assumeTrue(OneDnn.available(), "oneDNN has no use on this processor");
    check(OneDnn::multiply);
  }

  /** Every way to cover a shape with registers, among them rows and columns that fill none. */
  @Test
  void vectorsMultiply() {
    Random random = new Random(8);
    for (int m : new int[] {1, 5, 8, 19}) {
      for (int n : new int[] {1, 8, 12, 16, 20, 24, 32, 63}) {
        for (int k : new int[] {1, 7, 40}) {
          int[] shape = {m, n, k};
          Product product =
              (rows, columns, inner, alpha, a, b, beta, c) -> {
                assertEquals(1, alpha);
                VectorProducts.multiply(rows, columns, inner, a, b, beta == 1, c);
              };
          for (boolean transposed : new boolean[] {false, true}) {
            check(product, shape, transposed, false, 1, 0, random);
            check(product, shape, transposed, false, 1, 1, random);
          }
        }
      }
    }
  }

  /** Whether a row is one of eight or of the rest, and what is added to, it has the same bits. */
  @Test
  void aRowOfVectorsDependsOnNoOther() {
    Random random = new Random(9);
    Matrix a = matrix(19, 33, false, random);
    Matrix b = matrix(33, 21, false, random);
    for (boolean add : new boolean[] {false, true}) {
      Matrix together = matrix(19, 21, false, random);
      Matrix apart = new Matrix(together.array().clone(), together.offset(), together.stride());
      VectorProducts.multiply(19, 21, 33, a, b, add, together);
      for (int row = 0; row < 19; row++) {
        VectorProducts.multiply(1, 21, 33, row(a, row), b, add, row(apart, row));
      }
      assertArrayEquals(together.array(), apart.array());
    }
  }

  private static Matrix row(Matrix matrix, int row) {
    return new Matrix(
        matrix.array(), matrix.offset() + row * matrix.stride(), matrix.stride(), false);
  }

  private static void check(Product product) {
    Random random = new Random(7);
    for (int[] shape : new int[][] {{1, 1, 1}, {3, 5, 7}, {64, 16, 100}, {17, 48, 16}}) {
      for (int orders = 0; orders < 4; orders++) {
        for (float beta : new float[] {0, 1}) {
          check(product, shape, (orders & 1) != 0, (orders & 2) != 0, 0.5f, beta, random);
        }
      }
    }
  }

  private static void check(
      Product product,
      int[] shape,
      boolean transposeA,
      boolean transposeB,
      float alpha,
      float beta,
      Random random) {
    int m = shape[0];
    int n = shape[1];
    int k = shape[2];
    Matrix a = matrix(transposeA ? k : m, transposeA ? m : k, transposeA, random);
    Matrix b = matrix(transposeB ? n : k, transposeB ? k : n, transposeB, random);
    Matrix c = matrix(m, n, false, random);
    float[] before = c.array().clone();
    product.multiply(m, n, k, alpha, a, b, beta, c);
    float[] after = before.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = beta * before[at(c, i, j)];
        for (int l = 0; l < k; l++) {
          sum += alpha * a.array()[at(a, i, l)] * b.array()[at(b, l, j)];
        }
        after[at(c, i, j)] = (float) sum;
      }
    }
    for (int i = 0; i < after.length; i++) {
      assertEquals(after[i], c.array()[i], 1e-5 * k, "element " + i + " of " + m + "x" + n);
    }
  }

  /** With a margin around it that a product must leave alone. */
  private static Matrix matrix(int rows, int columns, boolean transposed, Random random) {
    int offset = 3;
    int stride = columns + 2;
    float[] array = new float[offset + rows * stride + 4];
    for (int i = 0; i < array.length; i++) {
      array[i] = random.nextFloat() - 0.5f;
    }
    return new Matrix(array, offset, stride, transposed);
  }

  private static int at(Matrix matrix, int row, int column) {
    return matrix.offset()
        + (matrix.transposed() ? column * matrix.stride() + row : row * matrix.stride() + column);
  }
}
