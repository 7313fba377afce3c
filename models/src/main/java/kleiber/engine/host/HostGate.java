package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.Kernel;

/** SwiGLU's gate: silu(a) · b with silu(a) = a · E / (1 + E), E = e^a. */
final class HostGate extends HostOperation {
  private final int f;
  private final HostField x;
  private final HostField dx;
  private final HostField y;
  private final HostField dy;

  HostGate(Kernel.Gate k, HostMemory memory) {
    super(memory, k.y_RxF().rows());
    f = k.y_RxF().last();
    x = memory.values(k.x_Rx2F());
    dx = memory.gradients(k.x_Rx2F());
    y = memory.values(k.y_RxF());
    dy = memory.gradients(k.y_RxF());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    for (int r = 0; r < rows(tile); r++) {
      forward(x.array(tile), x.at(tile) + r * 2 * f, y.array(tile), y.at(tile) + r * f);
    }
  }

  private void forward(float[] x, int at, float[] y, int yAt) {
    for (int i = 0; i < f; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, f);
      FloatVector a = FloatVector.fromArray(FLOATS, x, at + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, x, at + f + i, lanes);
      FloatVector e = Vectors.exponential(a);
      a.mul(e.div(e.add(1))).mul(b).intoArray(y, yAt + i, lanes);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    begin(dx.array(tile), dx.at(tile), rows(tile) * 2 * f, add[0]);
    for (int r = 0; r < rows(tile); r++) {
      int row = r * 2 * f;
      backward(
          x.array(tile),
          x.at(tile) + row,
          dx.array(tile),
          dx.at(tile) + row,
          dy.array(tile),
          dy.at(tile) + r * f);
    }
  }

  private void backward(float[] x, int at, float[] dx, int dxAt, float[] dy, int yAt) {
    for (int i = 0; i < f; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, f);
      FloatVector a = FloatVector.fromArray(FLOATS, x, at + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, x, at + f + i, lanes);
      FloatVector g = FloatVector.fromArray(FLOATS, dy, yAt + i, lanes);
      FloatVector e = Vectors.exponential(a);
      FloatVector rest = FloatVector.broadcast(FLOATS, 1).div(e.add(1));
      FloatVector sigmoid = e.mul(rest);
      FloatVector slope = sigmoid.mul(a.mul(rest).add(1));
      addTo(dx, dxAt + i, g.mul(b).mul(slope), lanes);
      addTo(dx, dxAt + f + i, g.mul(a).mul(sigmoid), lanes);
    }
  }

  private static void addTo(float[] into, int at, FloatVector value, VectorMask<Float> lanes) {
    FloatVector.fromArray(FLOATS, into, at, lanes).add(value).intoArray(into, at, lanes);
  }
}
