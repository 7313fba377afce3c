package kleiber.engine.host;

import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas.Matrix;
import kleiber.engine.blas.OneDnn;

/** By oneDNN on bfloat16, sums in float32. Weights are rounded once a pass, rows tile by tile. */
final class Bfloat16Products implements LinearProducts {
  private final int in;
  private final int out;
  private final boolean transposed;
  private final float[][] w;
  private final short[][] rounded;

  Bfloat16Products(Kernel.Linear k, HostMemory memory) {
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    transposed = k.transposed();
    w = memory.weights(k.w());
    rounded = new short[memory.members()][k.w().size()];
    memory.needHalves(memory.tiling().to(0, k.y_RxO().rows()) * Math.max(in, out));
  }

  @Override
  public boolean prepares() {
    return true;
  }

  @Override
  public void prepare(int member) {
    OneDnn.round(w[member], 0, rounded[member], w[member].length);
  }

  @Override
  public void forward(
      int member, int rows, Matrix x_RxI, float beta, Matrix y_RxO, HostScratch scratch) {
    OneDnn.Matrix roundedX_RxI = round(x_RxI, rows * in, scratch.firstHalves);
    OneDnn.multiply(rows, out, in, roundedX_RxI, w_IxO(member), beta, y_RxO);
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
    OneDnn.Matrix roundedX_RxI = round(x_RxI, rows * in, scratch.firstHalves);
    OneDnn.Matrix roundedDy_RxO = round(dy_RxO, rows * out, scratch.secondHalves);
    OneDnn.multiply(rows, in, out, roundedDy_RxO, w_IxO(member).transpose(), beta, dx_RxI);
    if (transposed) {
      OneDnn.multiply(out, in, rows, roundedDy_RxO.transpose(), roundedX_RxI, 0, dw);
    } else {
      OneDnn.multiply(in, out, rows, roundedX_RxI.transpose(), roundedDy_RxO, 0, dw);
    }
  }

  private OneDnn.Matrix w_IxO(int member) {
    return new OneDnn.Matrix(rounded[member], transposed ? in : out, transposed);
  }

  private static OneDnn.Matrix round(Matrix matrix, int size, short[] buffer) {
    OneDnn.round(matrix.array(), matrix.offset(), buffer, size);
    return new OneDnn.Matrix(buffer, matrix.stride(), false);
  }
}
