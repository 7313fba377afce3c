package kleiber.engine.host;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import kleiber.engine.blas.Blas.Matrix;

/**
 * Single-precision matrix products on heap arrays, for shapes where a library spends more on
 * preparing than on multiplying: those of attention. Eight rows by one or two vectors are held in
 * registers over the whole inner length, so that nothing is packed. Every element is one chain of
 * fused multiply-adds in order of the inner index, which begins with what is added to: its bits do
 * not depend on the other sizes.
 *
 * <p>The kernels are written out, one for each shape: the compiler keeps vectors in registers only
 * where they are local variables and their species is a constant of the class.
 */
public final class VectorProducts {
  private static final VectorSpecies<Float> SPECIES = Vectors.FLOATS;
  private static final VectorSpecies<Float> HALF =
      SPECIES.withShape(VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final int LANES = Vectors.LANES;
  private static final VectorMask<Float> ALL = Vectors.rest(0);

  private VectorProducts() {}

  /** C [m, n] = A [m, k] · B [k, n], or added to C. Neither B nor C may be a transpose. */
  public static void multiply(int m, int n, int k, Matrix a, Matrix b, boolean add, Matrix c) {
    int wide = n - n % (2 * LANES);
    int whole = n - n % LANES;
    int half = n - n % (LANES / 2);
    int rows = m - m % 8;
    for (int row = 0; row < rows; row += 8) {
      for (int column = 0; column < wide; column += 2 * LANES) {
        eightByTwo(k, a, row, b, column, add, c);
      }
      if (wide < whole) {
        eightByOne(k, a, row, b, wide, add, c);
      }
      if (whole < half) {
        eightByHalf(k, a, row, b, whole, add, c);
      }
    }
    VectorMask<Float> rest = Vectors.rest(n);
    for (int row = 0; row < m; row++) {
      for (int column = row < rows ? half : 0; column < n; column += LANES) {
        one(
            k,
            a,
            row,
            b,
            column,
            add,
            c,
            column + LANES <= n ? ALL : row < rows ? Vectors.rest(n - half) : rest);
      }
    }
  }

  private static void eightByTwo(
      int k, Matrix left, int row, Matrix right, int column, boolean add, Matrix result) {
    float[] a = left.array();
    int aRow = left.transposed() ? 1 : left.stride();
    int aColumn = left.transposed() ? left.stride() : 1;
    int aAt = left.offset() + row * aRow;
    float[] b = right.array();
    int bRow = right.stride();
    int bAt = right.offset() + column;
    float[] c = result.array();
    int cRow = result.stride();
    int cAt = result.offset() + row * cRow + column;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0 = zero,
        c1 = zero,
        c2 = zero,
        c3 = zero,
        c4 = zero,
        c5 = zero,
        c6 = zero,
        c7 = zero;
    FloatVector d0 = zero,
        d1 = zero,
        d2 = zero,
        d3 = zero,
        d4 = zero,
        d5 = zero,
        d6 = zero,
        d7 = zero;
    if (add) {
      c0 = FloatVector.fromArray(SPECIES, c, cAt);
      d0 = FloatVector.fromArray(SPECIES, c, cAt + LANES);
      c1 = FloatVector.fromArray(SPECIES, c, cAt + cRow);
      d1 = FloatVector.fromArray(SPECIES, c, cAt + cRow + LANES);
      c2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow);
      d2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow + LANES);
      c3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow);
      d3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow + LANES);
      c4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow);
      d4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow + LANES);
      c5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow);
      d5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow + LANES);
      c6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cRow);
      d6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cRow + LANES);
      c7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cRow);
      d7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cRow + LANES);
    }
    for (int j = 0; j < k; j++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aAt]);
      c0 = x.fma(b0, c0);
      d0 = x.fma(b1, d0);
      x = FloatVector.broadcast(SPECIES, a[aAt + aRow]);
      c1 = x.fma(b0, c1);
      d1 = x.fma(b1, d1);
      x = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]);
      c2 = x.fma(b0, c2);
      d2 = x.fma(b1, d2);
      x = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]);
      c3 = x.fma(b0, c3);
      d3 = x.fma(b1, d3);
      x = FloatVector.broadcast(SPECIES, a[aAt + 4 * aRow]);
      c4 = x.fma(b0, c4);
      d4 = x.fma(b1, d4);
      x = FloatVector.broadcast(SPECIES, a[aAt + 5 * aRow]);
      c5 = x.fma(b0, c5);
      d5 = x.fma(b1, d5);
      x = FloatVector.broadcast(SPECIES, a[aAt + 6 * aRow]);
      c6 = x.fma(b0, c6);
      d6 = x.fma(b1, d6);
      x = FloatVector.broadcast(SPECIES, a[aAt + 7 * aRow]);
      c7 = x.fma(b0, c7);
      d7 = x.fma(b1, d7);
      aAt += aColumn;
      bAt += bRow;
    }
    c0.intoArray(c, cAt);
    d0.intoArray(c, cAt + LANES);
    c1.intoArray(c, cAt + cRow);
    d1.intoArray(c, cAt + cRow + LANES);
    c2.intoArray(c, cAt + 2 * cRow);
    d2.intoArray(c, cAt + 2 * cRow + LANES);
    c3.intoArray(c, cAt + 3 * cRow);
    d3.intoArray(c, cAt + 3 * cRow + LANES);
    c4.intoArray(c, cAt + 4 * cRow);
    d4.intoArray(c, cAt + 4 * cRow + LANES);
    c5.intoArray(c, cAt + 5 * cRow);
    d5.intoArray(c, cAt + 5 * cRow + LANES);
    c6.intoArray(c, cAt + 6 * cRow);
    d6.intoArray(c, cAt + 6 * cRow + LANES);
    c7.intoArray(c, cAt + 7 * cRow);
    d7.intoArray(c, cAt + 7 * cRow + LANES);
  }

  private static void eightByOne(
      int k, Matrix left, int row, Matrix right, int column, boolean add, Matrix result) {
    float[] a = left.array();
    int aRow = left.transposed() ? 1 : left.stride();
    int aColumn = left.transposed() ? left.stride() : 1;
    int aAt = left.offset() + row * aRow;
    float[] b = right.array();
    int bRow = right.stride();
    int bAt = right.offset() + column;
    float[] c = result.array();
    int cRow = result.stride();
    int cAt = result.offset() + row * cRow + column;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0 = zero,
        c1 = zero,
        c2 = zero,
        c3 = zero,
        c4 = zero,
        c5 = zero,
        c6 = zero,
        c7 = zero;
    if (add) {
      c0 = FloatVector.fromArray(SPECIES, c, cAt);
      c1 = FloatVector.fromArray(SPECIES, c, cAt + cRow);
      c2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * cRow);
      c3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * cRow);
      c4 = FloatVector.fromArray(SPECIES, c, cAt + 4 * cRow);
      c5 = FloatVector.fromArray(SPECIES, c, cAt + 5 * cRow);
      c6 = FloatVector.fromArray(SPECIES, c, cAt + 6 * cRow);
      c7 = FloatVector.fromArray(SPECIES, c, cAt + 7 * cRow);
    }
    for (int j = 0; j < k; j++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      c0 = FloatVector.broadcast(SPECIES, a[aAt]).fma(b0, c0);
      c1 = FloatVector.broadcast(SPECIES, a[aAt + aRow]).fma(b0, c1);
      c2 = FloatVector.broadcast(SPECIES, a[aAt + 2 * aRow]).fma(b0, c2);
      c3 = FloatVector.broadcast(SPECIES, a[aAt + 3 * aRow]).fma(b0, c3);
      c4 = FloatVector.broadcast(SPECIES, a[aAt + 4 * aRow]).fma(b0, c4);
      c5 = FloatVector.broadcast(SPECIES, a[aAt + 5 * aRow]).fma(b0, c5);
      c6 = FloatVector.broadcast(SPECIES, a[aAt + 6 * aRow]).fma(b0, c6);
      c7 = FloatVector.broadcast(SPECIES, a[aAt + 7 * aRow]).fma(b0, c7);
      aAt += aColumn;
      bAt += bRow;
    }
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + cRow);
    c2.intoArray(c, cAt + 2 * cRow);
    c3.intoArray(c, cAt + 3 * cRow);
    c4.intoArray(c, cAt + 4 * cRow);
    c5.intoArray(c, cAt + 5 * cRow);
    c6.intoArray(c, cAt + 6 * cRow);
    c7.intoArray(c, cAt + 7 * cRow);
  }

  private static void eightByHalf(
      int k, Matrix left, int row, Matrix right, int column, boolean add, Matrix result) {
    float[] a = left.array();
    int aRow = left.transposed() ? 1 : left.stride();
    int aColumn = left.transposed() ? left.stride() : 1;
    int aAt = left.offset() + row * aRow;
    float[] b = right.array();
    int bRow = right.stride();
    int bAt = right.offset() + column;
    float[] c = result.array();
    int cRow = result.stride();
    int cAt = result.offset() + row * cRow + column;
    FloatVector zero = FloatVector.zero(HALF);
    FloatVector c0 = zero,
        c1 = zero,
        c2 = zero,
        c3 = zero,
        c4 = zero,
        c5 = zero,
        c6 = zero,
        c7 = zero;
    if (add) {
      c0 = FloatVector.fromArray(HALF, c, cAt);
      c1 = FloatVector.fromArray(HALF, c, cAt + cRow);
      c2 = FloatVector.fromArray(HALF, c, cAt + 2 * cRow);
      c3 = FloatVector.fromArray(HALF, c, cAt + 3 * cRow);
      c4 = FloatVector.fromArray(HALF, c, cAt + 4 * cRow);
      c5 = FloatVector.fromArray(HALF, c, cAt + 5 * cRow);
      c6 = FloatVector.fromArray(HALF, c, cAt + 6 * cRow);
      c7 = FloatVector.fromArray(HALF, c, cAt + 7 * cRow);
    }
    for (int j = 0; j < k; j++) {
      FloatVector b0 = FloatVector.fromArray(HALF, b, bAt);
      c0 = FloatVector.broadcast(HALF, a[aAt]).fma(b0, c0);
      c1 = FloatVector.broadcast(HALF, a[aAt + aRow]).fma(b0, c1);
      c2 = FloatVector.broadcast(HALF, a[aAt + 2 * aRow]).fma(b0, c2);
      c3 = FloatVector.broadcast(HALF, a[aAt + 3 * aRow]).fma(b0, c3);
      c4 = FloatVector.broadcast(HALF, a[aAt + 4 * aRow]).fma(b0, c4);
      c5 = FloatVector.broadcast(HALF, a[aAt + 5 * aRow]).fma(b0, c5);
      c6 = FloatVector.broadcast(HALF, a[aAt + 6 * aRow]).fma(b0, c6);
      c7 = FloatVector.broadcast(HALF, a[aAt + 7 * aRow]).fma(b0, c7);
      aAt += aColumn;
      bAt += bRow;
    }
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + cRow);
    c2.intoArray(c, cAt + 2 * cRow);
    c3.intoArray(c, cAt + 3 * cRow);
    c4.intoArray(c, cAt + 4 * cRow);
    c5.intoArray(c, cAt + 5 * cRow);
    c6.intoArray(c, cAt + 6 * cRow);
    c7.intoArray(c, cAt + 7 * cRow);
  }

  private static void one(
      int k,
      Matrix left,
      int row,
      Matrix right,
      int column,
      boolean add,
      Matrix result,
      VectorMask<Float> lanes) {
    float[] a = left.array();
    int aColumn = left.transposed() ? left.stride() : 1;
    int aAt = left.offset() + row * (left.transposed() ? 1 : left.stride());
    float[] b = right.array();
    int bAt = right.offset() + column;
    float[] c = result.array();
    int cAt = result.offset() + row * result.stride() + column;
    FloatVector sum =
        add ? FloatVector.fromArray(SPECIES, c, cAt, lanes) : FloatVector.zero(SPECIES);
    for (int j = 0; j < k; j++) {
      sum =
          FloatVector.broadcast(SPECIES, a[aAt])
              .fma(FloatVector.fromArray(SPECIES, b, bAt, lanes), sum);
      aAt += aColumn;
      bAt += right.stride();
    }
    sum.intoArray(c, cAt, lanes);
  }
}
