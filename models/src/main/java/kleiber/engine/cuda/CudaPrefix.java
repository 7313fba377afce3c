package kleiber.engine.cuda;

import kleiber.engine.StreamKernel;
import kleiber.engine.cuda.driver.CudaStream;

/** Prefixes of streams; their gradients are sums over a stream's sequences, in their order. */
final class CudaPrefix extends CudaOperation {
  private final StreamKernel.Prefix k;

  CudaPrefix(StreamKernel.Prefix k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
  }

  @Override
  void forward() {
    int size = k.y_NxKxF().size();
    eachOfMember(
        "streams",
        "prefix_forward",
        size,
        memory.value(k.x_NxTxF()),
        memory.value(k.prefix_PxSxG()),
        memory.stride(k.prefix_PxSxG()),
        memory.value(k.y_NxKxF()),
        k.streams(),
        k.prefixed(),
        k.positions(),
        k.x_NxTxF().last(),
        k.prefix_PxSxG().last(),
        size);
  }

  @Override
  void backward(boolean[] add) {
    long dy = memory.gradient(k.y_NxKxF());
    long size = all(k.x_NxTxF());
    each(
        "streams",
        "prefix_rest",
        size,
        dy,
        memory.gradient(k.x_NxTxF()),
        flag(add[0]),
        k.prefixed() * k.x_NxTxF().last(),
        k.positions() * k.x_NxTxF().last(),
        size);
    int numbers = k.prefix_PxSxG().size();
    eachOfMember(
        "streams",
        "prefix_backward",
        numbers,
        dy,
        memory.gradient(k.prefix_PxSxG()),
        memory.stride(k.prefix_PxSxG()),
        flag(add[1]),
        k.streams(),
        k.prefixed(),
        k.positions(),
        k.x_NxTxF().last(),
        k.prefix_PxSxG().last(),
        k.x_NxTxF().shape().getFirst(),
        numbers);
  }
}
