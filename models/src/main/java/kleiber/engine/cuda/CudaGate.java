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
    bulk(
        "elementwise",
        "gate_forward",
        k.y_RxF().size(),
        memory.value(k.x_Rx2F()),
        memory.value(k.y_RxF()),
        halves(k.y_RxF()),
        k.y_RxF().last(),
        k.y_RxF().size());
  }

  @Override
  void backward(boolean[] add) {
    bulk(
        "elementwise",
        "gate_backward",
        k.y_RxF().size(),
        memory.value(k.x_Rx2F()),
        memory.gradient(k.y_RxF()),
        memory.gradient(k.x_Rx2F()),
        halfGradient(k.x_Rx2F()),
        flag(add[0]),
        k.y_RxF().last(),
        k.y_RxF().size());
  }
}
