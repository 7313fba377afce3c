package kleiber.engine;

import static kleiber.engine.Vectors.FLOATS;
import static kleiber.engine.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** SwiGLU's gate: silu(a) · b with silu(a) = a · E / (1 + E), E = e^a. */
final class HostGate extends HostOperation {
  private final int f;
  private final float[][] x;
  private final float[][] dx;
  private final float[][] y;
  private final float[][] dy;

  HostGate(Kernel.Gate k, HostMemory memory) {
    super(memory, k.y_RxF().rows());
    f = k.y_RxF().last();
    x = memory.value(k.x_Rx2F());
    dx = memory.gradient(k.x_Rx2F());
    y = memory.value(k.y_RxF());
    dy = memory.gradient(k.y_RxF());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    for (int r = from(tile); r < to(tile); r++) {
      forward(x[member], r * 2 * f, y[member], r * f);
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
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dx[member], from(tile) * 2 * f, to(tile) * 2 * f, add[0]);
    for (int r = from(tile); r < to(tile); r++) {
      backward(x[member], dx[member], r * 2 * f, dy[member], r * f);
    }
  }

  private void backward(float[] x, float[] dx, int at, float[] dy, int yAt) {
    for (int i = 0; i < f; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, f);
      FloatVector a = FloatVector.fromArray(FLOATS, x, at + i, lanes);
      FloatVector b = FloatVector.fromArray(FLOATS, x, at + f + i, lanes);
      FloatVector g = FloatVector.fromArray(FLOATS, dy, yAt + i, lanes);
      FloatVector e = Vectors.exponential(a);
      FloatVector rest = FloatVector.broadcast(FLOATS, 1).div(e.add(1));
      FloatVector sigmoid = e.mul(rest);
      FloatVector slope = sigmoid.mul(a.mul(rest).add(1));
      addTo(dx, at + i, g.mul(b).mul(slope), lanes);
      addTo(dx, at + f + i, g.mul(a).mul(sigmoid), lanes);
    }
  }

  private static void addTo(float[] into, int at, FloatVector value, VectorMask<Float> lanes) {
    FloatVector.fromArray(FLOATS, into, at, lanes).add(value).intoArray(into, at, lanes);
  }
}
