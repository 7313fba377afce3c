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
      switch (function) {
        case GELU -> Gelu.value(x[member], start, length, y[member], scratch);
        case GELU_ERF -> GeluErf.value(x[member], start, length, y[member], scratch);
      }
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    int end = to(tile) * f;
    begin(dx[member], from(tile) * f, end, add[0]);
    for (int start = from(tile) * f; start < end; start += BLOCK) {
      int length = Math.min(BLOCK, end - start);
      switch (function) {
        case GELU -> Gelu.gradient(x[member], start, length, dy[member], dx[member], scratch);
        case GELU_ERF ->
            GeluErf.gradient(x[member], start, length, dy[member], dx[member], scratch);
      }
    }
  }
}
