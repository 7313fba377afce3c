package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;
import kleiber.engine.cuda.driver.Product.Matrix;

/**
 * The linear layer that makes logits and the loss that alone reads them, some rows at a time, so
 * that [B·T, V] is never there. Its backward pass is both passes: logits become their own
 * gradients, and are multiplied on before those of the next rows are made.
 */
final class CudaHead extends CudaProducts {
  private static final int LEAST_ROWS = 1024;
  private static final long MOST_LOGITS = 1L << 26;

  /**
   * Rows of a product's tile, of which but the last chunk are full; where they begin is aligned.
   */
  private static final int ROUND = 128;

  private final Kernel.CrossEntropy loss;
  private final int rowsOfChunk;

  /** Bytes of scratch before the numbers of that name. */
  private final long halfWAt;

  private final long halfXAt;
  private final long halfDyAt;
  private final long partialsAt;

  /**
   * @param rowsOfChunk of a member
   */
  CudaHead(
      Kernel.Linear k,
      Kernel.CrossEntropy loss,
      int rowsOfChunk,
      CudaMemory memory,
      CudaStream stream,
      CardProperties card) {
    super(k, memory, stream, card);
    this.loss = loss;
    this.rowsOfChunk = rowsOfChunk;
    halfWAt = CudaMemory.align((long) Float.BYTES * members * rowsOfChunk * out);
    halfXAt = halfWAt + CudaMemory.align(halfWeightBytes());
    long halfX = memory.forms().half(k.x_RxI()) ? 0 : halfBytes(rowsOfChunk, in);
    halfDyAt = halfXAt + CudaMemory.align(halfX);
    partialsAt = halfDyAt + CudaMemory.align(halfBytes(rowsOfChunk, out));
    int last = (rows - 1) % rowsOfChunk + 1; // its rows may fall into more parts
    memory.needScratch(partialsAt + Math.max(partialBytes(rowsOfChunk), partialBytes(last)));
  }

  /** The heads of a program: layers without a bias, and the loss that is all that reads them. */
  static Map<Kernel, Kernel.CrossEntropy> of(Program program) {
    Map<Tensor, Kernel> makers = new HashMap<>();
    program.forward().forEach(kernel -> makers.put(kernel.output(), kernel));
    Map<Tensor, List<Kernel>> readers = program.readers();
    Map<Kernel, Kernel.CrossEntropy> heads = new HashMap<>();
    for (Kernel kernel : program.forward()) {
      if (kernel instanceof Kernel.CrossEntropy loss
          && !readers.containsKey(loss.output())
          && readers.get(loss.logits_BxTxV()).size() == 1
          && makers.get(loss.logits_BxTxV()) instanceof Kernel.Linear k
          && k.bias_O().isEmpty()) {
        heads.put(k, loss);
      }
    }
    return heads;
  }

  /** What these need no memory for in whole passes. */
  static Set<Tensor> logits(Map<Kernel, Kernel.CrossEntropy> heads) {
    return heads.keySet().stream().map(Kernel::output).collect(Collectors.toSet());
  }

  /**
   * Rows of a chunk of each member, which the layer alone decides: enough to keep a card busy, as
   * few as may be beyond that, chunks of about one length.
   */
  static int rowsOfChunk(Kernel.Linear k) {
    int rows = k.y_RxO().rows();
    int most = (int) Math.max(LEAST_ROWS, MOST_LOGITS / k.y_RxO().last());
    int even = Math.ceilDiv(rows, Math.ceilDiv(rows, most));
    return Math.min(rows, Math.ceilDiv(even, ROUND) * ROUND);
  }

  private int height(int first) {
    return Math.min(rowsOfChunk, rows - first);
  }

  /** Of a tensor's rows from {@code first} on. */
  private static long from(int first, int columns, long address) {
    return address + (long) Float.BYTES * first * columns;
  }

  private Matrix w_IxO() {
    return w_IxO(memory.scratch() + halfWAt);
  }

  /** Rounded, if that is the precision. */
  private Matrix x_RxI(int first) {
    if (memory.forms().half(k.x_RxI())) {
      long half = memory.value(k.x_RxI()) + (long) Short.BYTES * first * in;
      return new Matrix(half, in, k.x_RxI().size());
    }
    long x = from(first, in, memory.value(k.x_RxI()));
    long half = memory.scratch() + halfXAt;
    round(x, k.x_RxI().size(), half, height(first), in);
    return factor(x, k.x_RxI().size(), half, height(first), in);
  }

  private Matrix logits_RxO(int first) {
    return new Matrix(memory.scratch(), out, (long) height(first) * out);
  }

  private void softmax(String kernel, int first, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                memory.scratch(),
                from(first, 1, memory.value(loss.targets_BxT())),
                from(first, 1, memory.value(loss.loss_BxT())),
                rows,
                out,
                (float) loss.scale()));
    arguments.addAll(List.of(more));
    Grid grid = new Grid(height(first), members, 1);
    launch("cross_entropy", kernel, grid, CudaCrossEntropy.threads(out), 0, arguments.toArray());
  }

  /** Losses alone. */
  @Override
  void forward() {
    roundWeights(memory.scratch() + halfWAt);
    for (int first = 0; first < rows; first += rowsOfChunk) {
      multiply(height(first), x_RxI(first), w_IxO(), logits_RxO(first));
      softmax("cross_entropy_losses", first);
    }
  }

  /** Losses and gradients, after no {@link #forward()}. */
  @Override
  void backward(boolean[] add) {
    roundWeights(memory.scratch() + halfWAt);
    long halfDy = memory.scratch() + halfDyAt;
    for (int first = 0; first < rows; first += rowsOfChunk) {
      int height = height(first);
      Matrix x_RxI = x_RxI(first);
      multiply(height, x_RxI, w_IxO(), logits_RxO(first));
      softmax(
          "cross_entropy_gradients",
          first,
          (float) loss.scale() / loss.scored(),
          (float) (2 * loss.zLoss()),
          halves ? halfDy : 0L,
          pitch(out));
      Matrix dy_RxO = factor(memory.scratch(), (long) height * out, halfDy, height, out);
      long dx = from(first, in, memory.gradient(k.x_RxI()));
      multiplyBack(height, dy_RxO, w_IxO(), add[0], new Matrix(dx, in, k.x_RxI().size()));
      multiplyWeights(height, x_RxI, dy_RxO, add[1] || first > 0, memory.scratch() + partialsAt);
    }
  }
}
