package kleiber.engine.cuda;

import java.util.Optional;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Product.Matrix;

/** Matrix products, and the bias, whose gradient is the sum of dy as it lies. */
final class CudaLinear extends CudaProducts {
  private final Chunks chunks;
  private final Tensor x;
  private final Tensor y;

  /** The bias that is to be added here. */
  private final Optional<Tensor> bias;

  // What is rounded in the forward pass is kept for the backward pass.
  private final CudaMemory.Region halfX;
  private final CudaMemory.Region halfW;

  CudaLinear(Kernel.Linear k, CudaMemory memory, CudaStream stream, CardProperties card) {
    super(k, memory, stream, card);
    x = k.x_RxI();
    y = k.y_RxO();
    bias = memory.forms().missingBias(y).isPresent() ? Optional.empty() : k.bias_O();
    chunks = Chunks.of(rows);
    halfX = memory.reserve(memory.forms().half(x) ? 0 : halfBytes(rows, in));
    halfW = memory.reserve(halfWeightBytes());
    long sums = k.bias_O().isPresent() ? chunks.bytes(members, out) : 0;
    memory.needScratch(halfDyBytes() + Math.max(partialBytes(rows), sums));
    memory.needScratch(memory.forms().half(y) ? Float.BYTES * all(y) : 0);
  }

  /** Of the gradient, where this is the one to round it. */
  private long halfDyBytes() {
    return memory.forms().halfGradient(y) ? 0 : CudaMemory.align(halfBytes(rows, out));
  }

  private long halfX() {
    return memory.forms().half(x) ? memory.value(x) : halfX.address();
  }

  private Matrix x_RxI() {
    return factor(memory.value(x), x.size(), halfX(), rows, in);
  }

  @Override
  void forward() {
    if (!memory.forms().half(x)) {
      round(memory.value(x), x.size(), halfX(), rows, in);
    }
    roundWeights(halfW.address());
    boolean half = memory.forms().half(y);
    long sums = half ? memory.scratch() : memory.value(y);
    multiply(rows, x_RxI(), w_IxO(halfW.address()), new Matrix(sums, out, y.size()));
    if (bias.isPresent()) {
      bulk(
          "elementwise",
          "repeated_add",
          y.size(),
          sums,
          memory.value(bias.get()),
          memory.stride(bias.get()),
          out,
          memory.value(y),
          flag(half),
          y.size());
    } else if (half) {
      round(sums, y.size(), memory.value(y), rows, out);
    }
  }

  @Override
  void backward(boolean[] add) {
    long dy = memory.gradient(y);
    long halfDy = memory.scratch();
    long sums = halfDy + halfDyBytes();
    if (memory.forms().halfGradient(y)) {
      halfDy = dy;
    } else {
      round(dy, y.size(), halfDy, rows, out);
    }
    Matrix dy_RxO = factor(dy, y.size(), halfDy, rows, out);
    Matrix dx_RxI = new Matrix(memory.gradient(x), in, x.size());
    multiplyBack(rows, dy_RxO, w_IxO(halfW.address()), add[0], dx_RxI);
    multiplyWeights(rows, x_RxI(), dy_RxO, add[1], sums);
    if (k.bias_O().isPresent()) {
      sumChunks(
          "sums",
          "column_sums",
          chunks,
          out,
          dy,
          halfGradient(y),
          out,
          sums,
          rows,
          out,
          chunks.rowsOfChunk());
      gather(sums, chunks.count(), k.bias_O().get(), add[2]);
    }
  }
}
