package kleiber.engine.cuda;

import java.util.Locale;
import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;

/** A function of each element. */
final class CudaActivation extends CudaOperation {
  private final Kernel.Activation k;
  private final String function;

  CudaActivation(Kernel.Activation k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    function = k.function().name().toLowerCase(Locale.ROOT);
  }

  @Override
  void forward() {
    long size = all(k.y_RxF());
    each(
        "elementwise",
        function + "_forward",
        size,
        memory.value(k.x_RxF()),
        memory.value(k.y_RxF()),
        size);
  }

  @Override
  void backward(boolean[] add) {
    long size = all(k.y_RxF());
    each(
        "elementwise",
        function + "_backward",
        size,
        memory.value(k.x_RxF()),
        memory.gradient(k.y_RxF()),
        memory.gradient(k.x_RxF()),
        flag(add[0]),
        size);
  }
}
