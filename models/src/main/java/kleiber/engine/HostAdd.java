package kleiber.engine;

final class HostAdd extends HostOperation {
  private final int d;
  private final float[][] a;
  private final float[][] da;
  private final float[][] b;
  private final float[][] db;
  private final float[][] y;
  private final float[][] dy;

  HostAdd(Kernel.Add k, HostMemory memory) {
    super(memory, k.y_RxD().rows());
    d = k.y_RxD().last();
    a = memory.value(k.a_RxD());
    da = memory.gradient(k.a_RxD());
    b = memory.value(k.b_RxD());
    db = memory.gradient(k.b_RxD());
    y = memory.value(k.y_RxD());
    dy = memory.gradient(k.y_RxD());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] left = a[member];
    float[] right = b[member];
    float[] sum = y[member];
    for (int i = from(tile) * d; i < to(tile) * d; i++) {
      sum[i] = left[i] + right[i];
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    pass(dy[member], da[member], from(tile) * d, to(tile) * d, add[0]);
    pass(dy[member], db[member], from(tile) * d, to(tile) * d, add[1]);
  }
}
