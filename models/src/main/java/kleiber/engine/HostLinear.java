package kleiber.engine;

import java.util.Arrays;
import java.util.Optional;
import kleiber.engine.Blas.Matrix;

final class HostLinear extends HostOperation {
  private final int in;
  private final int out;
  private final boolean transposed;
  private final float[][] x;
  private final float[][] dx;
  private final LinearProducts products;
  private final Optional<float[][]> bias;
  private final float[][] y;
  private final float[][] dy;
  private final float[] ones;
  private final Partials dw;
  private final Optional<Partials> dbias;

  HostLinear(Kernel.Linear k, HostMemory memory) {
    super(memory, k.y_RxO().rows());
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    transposed = k.transposed();
    x = memory.value(k.x_RxI());
    dx = memory.gradient(k.x_RxI());
    products = LinearProducts.of(k, memory);
    bias = k.bias_O().map(memory::value);
    y = memory.value(k.y_RxO());
    dy = memory.gradient(k.y_RxO());
    ones = new float[to(0)];
    Arrays.fill(ones, 1);
    dw = partials(k, 1, memory);
    dbias = k.bias_O().map(_ -> partials(k, 2, memory));
  }

  @Override
  boolean prepares() {
    return products.prepares();
  }

  @Override
  void prepare(int member) {
    products.prepare(member);
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    int from = from(tile);
    int rows = to(tile) - from;
    if (bias.isPresent()) {
      for (int r = from; r < from + rows; r++) {
        System.arraycopy(bias.get()[member], 0, y[member], r * out, out);
      }
    }
    Matrix x_RxI = new Matrix(x[member], from * in, in);
    Matrix y_RxO = new Matrix(y[member], from * out, out);
    products.forward(member, rows, x_RxI, bias.isPresent() ? 1 : 0, y_RxO, scratch);
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    int from = from(tile);
    int rows = to(tile) - from;
    Matrix x_RxI = new Matrix(x[member], from * in, in);
    Matrix dx_RxI = new Matrix(dx[member], from * in, in);
    Matrix dy_RxO = new Matrix(dy[member], from * out, out);
    Matrix dwOfTile = new Matrix(dw.of(member, tile), 0, transposed ? in : out);
    products.backward(member, rows, x_RxI, dy_RxO, add[0] ? 1 : 0, dx_RxI, dwOfTile, scratch);
    if (dbias.isPresent()) {
      Matrix ones_1xR = new Matrix(ones, 0, rows);
      Matrix dbias_1xO = new Matrix(dbias.get().of(member, tile), 0, out);
      Blas.multiply(1, out, rows, 1, ones_1xR, dy_RxO, 0, dbias_1xO);
    }
  }
}
