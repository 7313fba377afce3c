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
    float[] a = scratch.first;
    float[] b = scratch.second;
    float[] e = scratch.third;
    for (int r = from(tile); r < to(tile); r++) {
      load(x[member], r, scratch);
      for (int i = 0; i < f; i++) {
        e[i] = a[i] * (e[i] / (1 + e[i])) * b[i];
      }
      System.arraycopy(e, 0, y[member], r * f, f);
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    float[] a = scratch.first;
    float[] b = scratch.second;
    float[] e = scratch.third;
    float[] g = scratch.fourth;
    for (int r = from(tile); r < to(tile); r++) {
      load(x[member], r, scratch);
      System.arraycopy(dy[member], r * f, g, 0, f);
      for (int i = 0; i < f; i++) {
        float rest = 1 / (1 + e[i]);
        float sigmoid = e[i] * rest;
        float product = a[i] * sigmoid * g[i];
        a[i] = g[i] * b[i] * sigmoid * (1 + a[i] * rest);
        b[i] = product;
      }
      give(a, dx[member], r * 2 * f, f, add[0], e);
      give(b, dx[member], r * 2 * f + f, f, add[0], e);
    }
  }

  /** a, b and e^a of a row into the first three buffers. */
  private void load(float[] in, int row, HostScratch scratch) {
    System.arraycopy(in, row * 2 * f, scratch.first, 0, f);
    System.arraycopy(in, row * 2 * f + f, scratch.second, 0, f);
    System.arraycopy(in, row * 2 * f, scratch.third, 0, f);
    scratch.exponential.apply(scratch.third, 0, f);
  }
}
