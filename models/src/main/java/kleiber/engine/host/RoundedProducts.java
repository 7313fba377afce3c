package kleiber.engine.host;

import kleiber.engine.Bfloat16;
import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas.Matrix;

/**
 * The bfloat16 products of processors without instructions for them: float32 products of rounded
 * inputs. No product of two bfloat16 needs more bits than a float32 has, so this differs from
 * {@link Bfloat16Products} only by the order of sums.
 */
final class RoundedProducts implements LinearProducts {
  private final int in;
  private final int out;
  private final float[][] w;
  private final float[][] rounded;
  private final Float32Products products;

  RoundedProducts(Kernel.Linear k, HostMemory memory) {
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    w = memory.weights(k.w());
    rounded = new float[memory.members()][k.w().size()];
    products = new Float32Products(k, rounded);
    memory.needScratch(memory.tiling().to(0, k.y_RxO().rows()) * Math.max(in, out));
  }

  @Override
  public boolean prepares() {
    return true;
  }

  @Override
  public void prepare(int member) {
    Bfloat16.round(w[member], 0, rounded[member], w[member].length);
  }

  @Override
  public void forward(
      int member, int rows, Matrix x_RxI, float beta, Matrix y_RxO, HostScratch scratch) {
    Matrix roundedX_RxI = round(x_RxI, rows * in, scratch.first);
    products.forward(member, rows, roundedX_RxI, beta, y_RxO, scratch);
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
    Matrix roundedX_RxI = round(x_RxI, rows * in, scratch.first);
    Matrix roundedDy_RxO = round(dy_RxO, rows * out, scratch.second);
    products.backward(member, rows, roundedX_RxI, roundedDy_RxO, beta, dx_RxI, dw, scratch);
  }

  private static Matrix round(Matrix matrix, int size, float[] buffer) {
    Bfloat16.round(matrix.array(), matrix.offset(), buffer, size);
    return new Matrix(buffer, 0, matrix.stride());
  }
}
