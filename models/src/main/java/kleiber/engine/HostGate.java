package kleiber.engine;

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
    memory.needScratch(f);
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] in = x[member];
    float[] out = y[member];
    for (int r = from(tile); r < to(tile); r++) {
      float[] e = exponentials(in, r, scratch);
      int a = r * 2 * f;
      int b = a + f;
      int c = r * f;
      for (int i = 0; i < f; i++) {
        out[c + i] = in[a + i] * (e[i] / (1 + e[i])) * in[b + i];
      }
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    float[] in = x[member];
    float[] din = dx[member];
    float[] dout = dy[member];
    begin(din, from(tile) * 2 * f, to(tile) * 2 * f, add[0]);
    for (int r = from(tile); r < to(tile); r++) {
      float[] e = exponentials(in, r, scratch);
      int a = r * 2 * f;
      int b = a + f;
      int c = r * f;
      for (int i = 0; i < f; i++) {
        float rest = 1 / (1 + e[i]);
        float sigmoid = e[i] * rest;
        din[a + i] += dout[c + i] * in[b + i] * sigmoid * (1 + in[a + i] * rest);
        din[b + i] += dout[c + i] * in[a + i] * sigmoid;
      }
    }
  }

  private float[] exponentials(float[] in, int row, HostScratch scratch) {
    System.arraycopy(in, row * 2 * f, scratch.first, 0, f);
    scratch.exponential.apply(scratch.first, 0, f);
    return scratch.first;
  }
}
