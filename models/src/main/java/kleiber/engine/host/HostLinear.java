package kleiber.engine.host;

import java.util.Arrays;
import java.util.Optional;
import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas;
import kleiber.engine.blas.Blas.Matrix;

final class HostLinear extends HostOperation {
  private final int in;
  private final int out;
  private final boolean transposed;
  private final HostField x;
  private final HostField dx;
  private final LinearProducts products;
  private final Optional<float[][]> bias;
  private final HostField y;
  private final HostField dy;
  private final float[] ones;
  private final Partials dw;
  private final Optional<Partials> dbias;

  HostLinear(Kernel.Linear k, HostMemory memory) {
    super(memory, k.y_RxO().rows());
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    transposed = k.transposed();
    x = memory.values(k.x_RxI());
    dx = memory.gradients(k.x_RxI());
    products = LinearProducts.of(k, memory);
    bias = k.bias_O().map(memory::weights);
    y = memory.values(k.y_RxO());
    dy = memory.gradients(k.y_RxO());
    ones = new float[memory.tiling().to(0, k.y_RxO().rows())];
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
  void forward(HostTile tile, HostScratch scratch) {
    int rows = rows(tile);
    Matrix y_RxO = matrix(y, tile, out);
    if (bias.isPresent()) {
      float[] row = bias.get()[tile.member()];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(row, 0, y_RxO.array(), y_RxO.offset() + r * out, out);
      }
    }
    float beta = bias.isPresent() ? 1 : 0;
    products.forward(tile.member(), rows, matrix(x, tile, in), beta, y_RxO, scratch);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int rows = rows(tile);
    Matrix x_RxI = matrix(x, tile, in);
    Matrix dx_RxI = matrix(dx, tile, in);
    Matrix dy_RxO = matrix(dy, tile, out);
    Matrix dwOfTile = new Matrix(dw.of(tile), 0, transposed ? in : out);
    float beta = add[0] ? 1 : 0;
    products.backward(tile.member(), rows, x_RxI, dy_RxO, beta, dx_RxI, dwOfTile, scratch);
    if (dbias.isPresent()) {
      Matrix ones_1xR = new Matrix(ones, 0, rows);
      Matrix dbias_1xO = new Matrix(dbias.get().of(tile), 0, out);
      Blas.multiply(1, out, rows, 1, ones_1xR, dy_RxO, 0, dbias_1xO);
    }
  }

  private static Matrix matrix(HostField field, HostTile tile, int columns) {
    return new Matrix(field.array(tile), field.at(tile), columns);
  }
}
