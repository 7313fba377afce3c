package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Product.Matrix;

/** Matrix products, and the bias. */
final class CudaLinear extends CudaProducts {
  private final Chunks chunks;
  // What is rounded in the forward pass is kept for the backward pass.
  private final CudaMemory.Region halfX;
  private final CudaMemory.Region halfW;

  CudaLinear(Kernel.Linear k, CudaMemory memory, CudaStream stream, CardProperties card) {
    super(k, memory, stream, card);
    chunks = Chunks.of(rows);
    halfX = memory.reserve(halfBytes(rows, in));
    halfW = memory.reserve(halfWeightBytes());
    long sums = k.bias_O().isPresent() ? chunks.bytes(members, out) : 0;
    memory.needScratch(halfDyBytes() + Math.max(partialBytes(rows), sums));
  }

  private long halfDyBytes() {
    return CudaMemory.align(halfBytes(rows, out));
  }

  private Matrix x_RxI() {
    return factor(memory.value(k.x_RxI()), k.x_RxI().size(), halfX.address(), rows, in);
  }

  @Override
  void forward() {
    round(memory.value(k.x_RxI()), k.x_RxI().size(), halfX.address(), rows, in);
    roundWeights(halfW.address());
    long y = memory.value(k.y_RxO());
    multiply(rows, x_RxI(), w_IxO(halfW.address()), new Matrix(y, out, k.y_RxO().size()));
    k.bias_O()
        .ifPresent(
            bias ->
                eachOfMember(
                    "elementwise",
                    "repeated_add",
                    k.y_RxO().size(),
                    y,
                    memory.value(bias),
                    memory.stride(bias),
                    out,
                    y,
                    k.y_RxO().size()));
  }

  @Override
  void backward(boolean[] add) {
    long dy = memory.gradient(k.y_RxO());
    long halfDy = memory.scratch();
    long sums = halfDy + halfDyBytes();
    round(dy, k.y_RxO().size(), halfDy, rows, out);
    Matrix dy_RxO = factor(dy, k.y_RxO().size(), halfDy, rows, out);
    Matrix dx_RxI = new Matrix(memory.gradient(k.x_RxI()), in, k.x_RxI().size());
    multiplyBack(rows, dy_RxO, w_IxO(halfW.address()), add[0], dx_RxI);
    multiplyWeights(rows, x_RxI(), dy_RxO, add[1], sums);
    k.bias_O()
        .ifPresent(
            bias -> {
              sumChunks(
                  "sums", "column_sums", chunks, out, dy, sums, rows, out, chunks.rowsOfChunk());
              gather(sums, chunks.count(), bias, add[2]);
            });
  }
}
