package kleiber.engine;

import static kleiber.engine.Vectors.FLOATS;
import static kleiber.engine.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

final class HostActivation extends HostOperation {
  private final int f;
  private final Kernel.Activation.Function function;
  private final float[][] x;
  private final float[][] dx;
  private final float[][] y;
  private final float[][] dy;

  HostActivation(Kernel.Activation k, HostMemory memory) {
    super(memory, k.y_RxF().rows());
    f = k.y_RxF().last();
    function = k.function();
    x = memory.value(k.x_RxF());
    dx = memory.gradient(k.x_RxF());
    y = memory.value(k.y_RxF());
    dy = memory.gradient(k.y_RxF());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] in = x[member];
    float[] out = y[member];
    int end = to(tile) * f;
    int i = from(tile) * f;
    switch (function) {
      case GELU -> {
        for (; i <= end - LANES; i += LANES) {
          Gelu.value(FloatVector.fromArray(FLOATS, in, i)).intoArray(out, i);
        }
      }
      case GELU_ERF -> {
        for (; i <= end - LANES; i += LANES) {
          GeluErf.value(FloatVector.fromArray(FLOATS, in, i)).intoArray(out, i);
        }
      }
    }
    if (i < end) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, end);
      FloatVector rest = FloatVector.fromArray(FLOATS, in, i, lanes);
      switch (function) {
        case GELU -> Gelu.value(rest).intoArray(out, i, lanes);
        case GELU_ERF -> GeluErf.value(rest).intoArray(out, i, lanes);
      }
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    begin(dx[member], from(tile) * f, to(tile) * f, add[0]);
    float[] in = x[member];
    float[] din = dx[member];
    float[] dout = dy[member];
    int end = to(tile) * f;
    int i = from(tile) * f;
    switch (function) {
      case GELU -> {
        for (; i <= end - LANES; i += LANES) {
          FloatVector slope = Gelu.slope(FloatVector.fromArray(FLOATS, in, i));
          addProduct(slope, dout, din, i);
        }
      }
      case GELU_ERF -> {
        for (; i <= end - LANES; i += LANES) {
          FloatVector slope = GeluErf.slope(FloatVector.fromArray(FLOATS, in, i));
          addProduct(slope, dout, din, i);
        }
      }
    }
    if (i < end) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, end);
      FloatVector rest = FloatVector.fromArray(FLOATS, in, i, lanes);
      FloatVector slope =
          switch (function) {
            case GELU -> Gelu.slope(rest);
            case GELU_ERF -> GeluErf.slope(rest);
          };
      FloatVector gradient = FloatVector.fromArray(FLOATS, dout, i, lanes);
      slope.fma(gradient, FloatVector.fromArray(FLOATS, din, i, lanes)).intoArray(din, i, lanes);
    }
  }

  private static void addProduct(FloatVector slope, float[] dout, float[] din, int i) {
    FloatVector gradient = FloatVector.fromArray(FLOATS, dout, i);
    slope.fma(gradient, FloatVector.fromArray(FLOATS, din, i)).intoArray(din, i);
  }
}
