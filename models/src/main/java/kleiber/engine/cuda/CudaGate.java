package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;

/** SwiGLU's gate. */
final class CudaGate extends CudaOperation {
  private final Kernel.Gate k;

  CudaGate(Kernel.Gate k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  @Override
  void forward() {
    long size = all(k.y_RxF());
    each(
        "elementwise",
        "gate_forward",
        size,
        memory.value(k.x_Rx2F()),
        memory.value(k.y_RxF()),
        k.y_RxF().last(),
        size);
  }

  @Override
  void backward(boolean[] add) {
    long size = all(k.y_RxF());
    each(
        "elementwise",
        "gate_backward",
        size,
        memory.value(k.x_Rx2F()),
        memory.gradient(k.y_RxF()),
        memory.gradient(k.x_Rx2F()),
        flag(add[0]),
        k.y_RxF().last(),
        size);
  }
}
