package kleiber.engine.cuda;

import java.util.Optional;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaStream;

/** The residual stream. */
final class CudaAdd extends CudaOperation {
  private final Kernel.Add k;

  CudaAdd(Kernel.Add k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  @Override
  void forward() {
    Optional<Tensor> bias = memory.forms().missingBias(k.b_RxD());
    bulk(
        "elementwise",
        "add_forward",
        k.y_RxD().size(),
        memory.value(k.a_RxD()),
        memory.value(k.b_RxD()),
        bias.map(memory::value).orElse(0L),
        bias.map(memory::stride).orElse(0L),
        k.b_RxD().last(),
        memory.value(k.y_RxD()),
        k.y_RxD().size());
  }

  @Override
  void backward(boolean[] add) {
    bulk(
        "elementwise",
        "add_backward",
        k.y_RxD().size(),
        memory.gradient(k.y_RxD()),
        memory.gradient(k.a_RxD()),
        flag(add[0]),
        memory.gradient(k.b_RxD()),
        halfGradient(k.b_RxD()),
        flag(add[1]),
        k.y_RxD().size());
  }
}
