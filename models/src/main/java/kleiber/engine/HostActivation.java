package kleiber.engine;

final class HostActivation extends HostOperation {
  private static final int BLOCK = 2048;

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
    memory.needScratch(BLOCK);
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    int end = to(tile) * f;
    for (int start = from(tile) * f; start < end; start += BLOCK) {
      int length = Math.min(BLOCK, end - start);
      System.arraycopy(x[member], start, scratch.first, 0, length);
      switch (function) {
        case GELU -> Gelu.value(scratch, length);
        case GELU_ERF -> GeluErf.value(scratch, length);
      }
      System.arraycopy(scratch.second, 0, y[member], start, length);
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    int end = to(tile) * f;
    for (int start = from(tile) * f; start < end; start += BLOCK) {
      int length = Math.min(BLOCK, end - start);
      System.arraycopy(x[member], start, scratch.first, 0, length);
      switch (function) {
        case GELU -> Gelu.slope(scratch, length);
        case GELU_ERF -> GeluErf.slope(scratch, length);
      }
      System.arraycopy(dy[member], start, scratch.first, 0, length);
      multiply(scratch.second, scratch.first, length);
      give(scratch.second, dx[member], start, length, add[0], scratch.first);
    }
  }

  private static void multiply(float[] into, float[] by, int length) {
    for (int i = 0; i < length; i++) {
      into[i] *= by[i];
    }
  }
}
