package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.Kernel;

final class HostActivation extends HostOperation {
  private final int f;
  private final Kernel.Activation.Function function;
  private final HostField x;
  private final HostField dx;
  private final HostField y;
  private final HostField dy;

  HostActivation(Kernel.Activation k, HostMemory memory) {
    super(memory, k.y_RxF().rows());
    f = k.y_RxF().last();
    function = k.function();
    x = memory.values(k.x_RxF());
    dx = memory.gradients(k.x_RxF());
    y = memory.values(k.y_RxF());
    dy = memory.gradients(k.y_RxF());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] out = y.array(tile);
    int from = x.at(tile);
    int to = y.at(tile);
    int length = rows(tile) * f;
    int whole = length - length % LANES;
    switch (function) {
      case GELU -> {
        for (int i = 0; i < whole; i += LANES) {
          Gelu.value(FloatVector.fromArray(FLOATS, in, from + i)).intoArray(out, to + i);
        }
      }
      case GELU_ERF -> {
        for (int i = 0; i < whole; i += LANES) {
          GeluErf.value(FloatVector.fromArray(FLOATS, in, from + i)).intoArray(out, to + i);
        }
      }
    }
    if (whole < length) {
      VectorMask<Float> lanes = FLOATS.indexInRange(whole, length);
      FloatVector rest = FloatVector.fromArray(FLOATS, in, from + whole, lanes);
      switch (function) {
        case GELU -> Gelu.value(rest).intoArray(out, to + whole, lanes);
        case GELU_ERF -> GeluErf.value(rest).intoArray(out, to + whole, lanes);
      }
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] din = dx.array(tile);
    float[] dout = dy.array(tile);
    int from = x.at(tile);
    int into = dx.at(tile);
    int by = dy.at(tile);
    int length = rows(tile) * f;
    int whole = length - length % LANES;
    begin(din, into, length, add[0]);
    switch (function) {
      case GELU -> {
        for (int i = 0; i < whole; i += LANES) {
          FloatVector slope = Gelu.slope(FloatVector.fromArray(FLOATS, in, from + i));
          addProduct(slope, dout, by + i, din, into + i);
        }
      }
      case GELU_ERF -> {
        for (int i = 0; i < whole; i += LANES) {
          FloatVector slope = GeluErf.slope(FloatVector.fromArray(FLOATS, in, from + i));
          addProduct(slope, dout, by + i, din, into + i);
        }
      }
    }
    if (whole < length) {
      VectorMask<Float> lanes = FLOATS.indexInRange(whole, length);
      FloatVector rest = FloatVector.fromArray(FLOATS, in, from + whole, lanes);
      FloatVector slope =
          switch (function) {
            case GELU -> Gelu.slope(rest);
            case GELU_ERF -> GeluErf.slope(rest);
          };
      FloatVector gradient = FloatVector.fromArray(FLOATS, dout, by + whole, lanes);
      FloatVector before = FloatVector.fromArray(FLOATS, din, into + whole, lanes);
      slope.fma(gradient, before).intoArray(din, into + whole, lanes);
    }
  }

  private static void addProduct(FloatVector slope, float[] dout, int by, float[] din, int into) {
    FloatVector before = FloatVector.fromArray(FLOATS, din, into);
    slope.fma(FloatVector.fromArray(FLOATS, dout, by), before).intoArray(din, into);
  }
}
