package kleiber.engine;

import kleiber.engine.cuda.CardProperties;
import kleiber.engine.cuda.CudaException;
import kleiber.engine.cuda.CudaStream;
import kleiber.engine.cuda.Product;
import kleiber.engine.cuda.Product.Inputs;
import kleiber.engine.cuda.Product.Matrix;

/**
 * Matrix products, and the bias. The product for the weights sums over rows; where there are many
 * and the weights few, parts of the rows are summed apart, as many as the shape of the layer
 * decides.
 */
final class CudaLinear extends CudaOperation {
  private static final int TILE = 128;
  private static final int TILES_OF_A_CARD = 128;
  private static final int LEAST_ROWS = 256;

  /** bfloat16 of 16 bytes: rows that begin at multiples of it can be read fast. */
  private static final int ROUND = 8;

  private final Kernel.Linear k;
  private final int rows;
  private final int in;
  private final int out;
  private final int parts;
  private final Chunks chunks;
  private final boolean halves;
  private final CudaMemory.Region halfX;
  private final CudaMemory.Region halfW;
  private final CudaMemory.Region halfDy;

  CudaLinear(Kernel.Linear k, CudaMemory memory, CudaStream stream, CardProperties card) {
    super(memory, stream);
    this.k = k;
    rows = k.x_RxI().rows();
    in = k.x_RxI().last();
    out = k.y_RxO().last();
    parts = parts();
    chunks = Chunks.of(rows);
    halves = k.precision() == Precision.BF16;
    if (halves && !card.multipliesBfloat16()) {
      throw new CudaException(
          ("the precision is bf16, but %s (%s) has no products of bfloat16, which cards have from"
                  + " sm_80 on; take float32 or tf32, or another card")
              .formatted(card.name(), card.architecture()));
    }
    halfX = halves ? memory.reserve(halfBytes(rows, in)) : null;
    halfW = halves ? memory.reserve(halfBytes(wRows(), k.w().last())) : null;
    halfDy = halves ? memory.reserve(halfBytes(rows, out)) : null;
    if (parts > 1) {
      memory.needScratch((long) Float.BYTES * members * parts * in * out);
    }
    if (k.bias_O().isPresent()) {
      memory.needScratch(chunks.bytes(members, out));
    }
  }

  /** The most parts of equal length, each long enough, that a card can work on at the same time. */
  private int parts() {
    long tiles = (long) Math.ceilDiv(in, TILE) * Math.ceilDiv(out, TILE);
    long most = Math.min(TILES_OF_A_CARD / tiles, rows / LEAST_ROWS);
    for (int count = (int) most; count > 1; count--) {
      if (rows % count == 0) {
        return count;
      }
    }
    return 1;
  }

  private int wRows() {
    return k.w().shape().getFirst();
  }

  private static int pitch(int columns) {
    return Math.ceilDiv(columns, ROUND) * ROUND;
  }

  private long halfBytes(int height, int columns) {
    return (long) Short.BYTES * members * height * pitch(columns);
  }

  /** Rounds to bfloat16, if that is the precision. What a product takes. */
  private Matrix input(
      long address, long stride, CudaMemory.Region half, int height, int columns, boolean round) {
    if (!halves) {
      return new Matrix(address, columns, stride);
    }
    int pitch = pitch(columns);
    if (round) {
      eachOfMember(
          "bfloat16",
          "to_bfloat16",
          (long) height * pitch,
          address,
          stride,
          half.address(),
          height,
          columns,
          pitch);
    }
    return new Matrix(half.address(), pitch, (long) height * pitch);
  }

  /** Its bfloat16 are those of the forward pass. */
  private Matrix x_RxI(boolean round) {
    return input(memory.value(k.x_RxI()), k.x_RxI().size(), halfX, rows, in, round);
  }

  private Matrix w_IxO(boolean round) {
    Matrix w =
        input(memory.value(k.w()), memory.stride(k.w()), halfW, wRows(), k.w().last(), round);
    return k.transposed() ? w.transpose() : w;
  }

  private Inputs inputs() {
    return switch (k.precision()) {
      case FLOAT32 -> Inputs.FLOAT32;
      case BF16 -> Inputs.BFLOAT16;
      case TF32 -> Inputs.TF32;
    };
  }

  @Override
  void forward() {
    long y = memory.value(k.y_RxO());
    Matrix y_RxO = new Matrix(y, out, k.y_RxO().size());
    stream()
        .multiply(
            new Product(inputs(), rows, out, in, x_RxI(true), w_IxO(true), 0, y_RxO, members, 1));
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
    Matrix dy_RxO = input(dy, k.y_RxO().size(), halfDy, rows, out, true);
    Matrix dx_RxI = new Matrix(memory.gradient(k.x_RxI()), in, k.x_RxI().size());
    stream()
        .multiply(
            new Product(
                inputs(),
                rows,
                in,
                out,
                dy_RxO,
                w_IxO(false).transpose(),
                flag(add[0]),
                dx_RxI,
                members,
                1));
    backwardWeights(dy_RxO, add[1]);
    k.bias_O()
        .ifPresent(
            bias -> {
              sumChunks(
                  "sums",
                  "column_sums",
                  chunks,
                  out,
                  dy,
                  memory.scratch(),
                  rows,
                  out,
                  chunks.rowsOfChunk());
              gather(memory.scratch(), chunks.count(), bias, add[2]);
            });
  }

  private void backwardWeights(Matrix dy_RxO, boolean add) {
    Matrix x_RxI = x_RxI(false);
    Matrix left = k.transposed() ? dy_RxO : x_RxI;
    Matrix right = k.transposed() ? x_RxI : dy_RxO;
    Matrix dw =
        parts > 1
            ? new Matrix(memory.scratch(), k.w().last(), k.w().size())
            : new Matrix(memory.gradient(k.w()), k.w().last(), memory.stride(k.w()));
    stream()
        .multiply(
            new Product(
                inputs(),
                wRows(),
                k.w().last(),
                rows / parts,
                part(left).transpose(),
                part(right),
                parts == 1 && add ? 1 : 0,
                dw,
                members,
                parts));
    if (parts > 1) {
      gather(memory.scratch(), parts, k.w(), add);
    }
  }

  /** The same rows, a batch of parts of them. */
  private Matrix part(Matrix matrix) {
    return new Matrix(matrix.address(), matrix.pitch(), matrix.stride() / parts);
  }
}
