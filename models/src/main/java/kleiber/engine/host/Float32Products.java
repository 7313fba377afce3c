package kleiber.engine.host;

import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas;
import kleiber.engine.blas.Blas.Matrix;

/** By OpenBLAS, on the arrays as they are. */
final class Float32Products implements LinearProducts {
  private final int in;
  private final int out;
  private final boolean transposed;
  private final float[][] w;

  /**
   * @param w by member
   */
  Float32Products(Kernel.Linear k, float[][] w) {
    this.in = k.x_RxI().last();
    this.out = k.y_RxO().last();
    this.transposed = k.transposed();
    this.w = w;
  }

  @Override
  public void forward(
      int member, int rows, Matrix x_RxI, float beta, Matrix y_RxO, HostScratch scratch) {
    Blas.multiply(rows, out, in, 1, x_RxI, w_IxO(member), beta, y_RxO);
  }

  @Override
  public void backward(
      int member,
      int rows,
      Matrix x_RxI,
      Matrix dy_RxO,
      float beta,
      Matrix dx_RxI,
      Matrix dw,
      HostScratch scratch) {
    Blas.multiply(rows, in, out, 1, dy_RxO, w_IxO(member).transpose(), beta, dx_RxI);
    if (transposed) {
      Blas.multiply(out, in, rows, 1, dy_RxO.transpose(), x_RxI, 0, dw);
    } else {
      Blas.multiply(in, out, rows, 1, x_RxI.transpose(), dy_RxO, 0, dw);
    }
  }

  private Matrix w_IxO(int member) {
    Matrix matrix = new Matrix(w[member], 0, transposed ? in : out);
    return transposed ? matrix.transpose() : matrix;
  }
}
