package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Product;
import kleiber.engine.cuda.driver.Product.Inputs;
import kleiber.engine.cuda.driver.Product.Matrix;

/**
 * The three products of a linear layer, of all its rows or of some rows of every member. The
 * product for the weights sums over rows; where there are many and the weights few, parts of the
 * rows are summed apart, as many as the shape decides.
 */
abstract class CudaProducts extends CudaOperation {
  private static final int TILE = 128;
  private static final int TILES_OF_A_CARD = 128;
  private static final int LEAST_ROWS = 256;

  /** bfloat16 of 16 bytes: rows that begin at multiples of it can be read fast. */
  private static final int ROUND = 8;

  final Kernel.Linear k;
  final int rows;
  final int in;
  final int out;

  /** Whether factors are rounded to bfloat16 before they are multiplied. */
  final boolean halves;

  CudaProducts(Kernel.Linear k, CudaMemory memory, CudaStream stream, CardProperties card) {
    super(memory, stream);
    this.k = k;
    rows = k.x_RxI().rows();
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    halves = k.precision() == Precision.BF16;
    if (halves && !card.multipliesBfloat16()) {
      throw new CudaException(
          ("the precision is bf16, but %s (%s) has no products of bfloat16, which cards have from"
                  + " sm_80 on; take float32 or tf32, or another card")
              .formatted(card.name(), card.architecture()));
    }
  }

  private int wRows() {
    return k.w().shape().getFirst();
  }

  /** Elements from row to row of a matrix of bfloat16. */
  static int pitch(int columns) {
    return Math.ceilDiv(columns, ROUND) * ROUND;
  }

  /** Bytes of a matrix of every member in bfloat16; none where nothing is rounded. */
  final long halfBytes(int height, int columns) {
    return halves ? (long) Short.BYTES * members * height * pitch(columns) : 0;
  }

  /** The same of the weights. */
  final long halfWeightBytes() {
    return halfBytes(wRows(), k.w().last());
  }

  /** Rows of every member as a factor: as they are, or as they lie rounded at {@code half}. */
  final Matrix factor(long address, long stride, long half, int height, int columns) {
    return halves
        ? new Matrix(half, pitch(columns), (long) height * pitch(columns))
        : new Matrix(address, columns, stride);
  }

  /** The weights as a factor, likewise. */
  final Matrix w_IxO(long half) {
    Matrix w = factor(memory.value(k.w()), memory.stride(k.w()), half, wRows(), k.w().last());
    return k.transposed() ? w.transpose() : w;
  }

  /** Rounds what will be a factor, if that is the precision. */
  final void round(long address, long stride, long half, int height, int columns) {
    if (halves) {
      int pitch = pitch(columns);
      bulk(
          "bfloat16",
          "to_bfloat16",
          Math.multiplyExact(height, pitch),
          address,
          stride,
          half,
          height,
          columns,
          pitch);
    }
  }

  /** Rounds the weights, likewise. */
  final void roundWeights(long half) {
    round(memory.value(k.w()), memory.stride(k.w()), half, wRows(), k.w().last());
  }

  private Inputs inputs() {
    return switch (k.precision()) {
      case FLOAT32 -> Inputs.FLOAT32;
      case BF16 -> Inputs.BFLOAT16;
      case TF32 -> Inputs.TF32;
    };
  }

  /** y = x w, of so many rows. */
  final void multiply(int height, Matrix x_RxI, Matrix w_IxO, Matrix y_RxO) {
    stream().multiply(new Product(inputs(), height, out, in, x_RxI, w_IxO, 0, y_RxO, members, 1));
  }

  /** dx (+)= dy w^T, of so many rows. */
  final void multiplyBack(int height, Matrix dy_RxO, Matrix w_IxO, boolean add, Matrix dx_RxI) {
    Matrix w_OxI = w_IxO.transpose();
    stream()
        .multiply(
            new Product(inputs(), height, in, out, dy_RxO, w_OxI, flag(add), dx_RxI, members, 1));
  }

  /** The most parts of equal length, each long enough, that a card can work on at the same time. */
  private int parts(int height) {
    long tiles = (long) Math.ceilDiv(in, TILE) * Math.ceilDiv(out, TILE);
    long most = Math.min(TILES_OF_A_CARD / tiles, height / LEAST_ROWS);
    for (int count = (int) most; count > 1; count--) {
      if (height % count == 0) {
        return count;
      }
    }
    return 1;
  }

  /** Bytes that the weights' gradients by parts of so many rows need. */
  final long partialBytes(int height) {
    int parts = parts(height);
    return parts > 1 ? (long) Float.BYTES * members * parts * in * out : 0;
  }

  /**
   * dw (+)= x^T dy, of so many rows.
   *
   * @param partials where parts are kept until they are summed
   */
  final void multiplyWeights(int height, Matrix x_RxI, Matrix dy_RxO, boolean add, long partials) {
    // Parts of all members are one batch only if nothing lies between members.
    int parts = x_RxI.stride() == height * x_RxI.pitch() ? parts(height) : 1;
    Matrix left = part(k.transposed() ? dy_RxO : x_RxI, parts);
    Matrix right = part(k.transposed() ? x_RxI : dy_RxO, parts);
    int columns = k.w().last();
    Matrix dw =
        parts > 1
            ? new Matrix(partials, columns, k.w().size())
            : new Matrix(memory.gradient(k.w()), columns, memory.stride(k.w()));
    float beta = parts == 1 && add ? 1 : 0;
    stream()
        .multiply(
            new Product(
                inputs(),
                wRows(),
                columns,
                height / parts,
                left.transpose(),
                right,
                beta,
                dw,
                members,
                parts));
    if (parts > 1) {
      gather(partials, parts, k.w(), add);
    }
  }

  /** The same rows, a batch of parts of them. */
  private static Matrix part(Matrix matrix, int parts) {
    return new Matrix(matrix.address(), matrix.pitch(), matrix.stride() / parts);
  }
}
