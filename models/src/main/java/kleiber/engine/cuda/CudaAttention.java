package kleiber.engine.cuda;

import java.util.Locale;
import kleiber.engine.Kernel;
import kleiber.engine.Precision;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/**
 * Attention by tiles, after Dao et al. 2022 (arXiv:2205.14135) and, for the backward pass without
 * atomic sums, one kernel for the queries and one for keys and values, each summing over the
 * other's tiles in order. With products of bfloat16, by tensor cores, if that is the precision and
 * the card has them.
 */
final class CudaAttention extends CudaOperation {
  private static final int WARPS = 4;
  private static final int LANES = 32;
  private static final int NARROWEST = 16;

  private final Kernel.Attention k;
  private final Variant variant;
  private final int sequences;
  private final int positions;
  private final int width;
  private final int padded;
  private final CudaMemory.Region logSumExps;
  private final CudaMemory.Region deltas;

  /** A source of attention kernels. */
  private enum Variant {
    FLOAT32("attention", 32, 64, 256) {
      /** Tiles of rows, and one of weights. */
      @Override
      int sharedBytes(Pass pass, int padded) {
        int tiles = pass == Pass.FORWARD ? 3 : 4;
        return Float.BYTES * (tiles * rows * (padded + 4) + rows * (rows + 1));
      }
    },
    BFLOAT16("attention_bfloat16", 64, 128, 128) {
      private static final int COLUMNS = 32;

      /** Matrices of all rows and of some rows, then matrices of these transposed. */
      @Override
      int sharedBytes(Pass pass, int padded) {
        int of64 = pass == Pass.FORWARD ? 1 : 2;
        int of32 = pass == Pass.FORWARD ? 1 : 2;
        int transposed = pass == Pass.KEYS ? 2 : 1;
        return Short.BYTES
            * ((of64 * rows + of32 * COLUMNS) * (padded + 8) + transposed * padded * (COLUMNS + 8));
      }
    };

    final String source;
    final int rows;
    final int threads;
    final int widest;

    Variant(String source, int rows, int threads, int widest) {
      this.source = source;
      this.rows = rows;
      this.threads = threads;
      this.widest = widest;
    }

    abstract int sharedBytes(Pass pass, int padded);

    boolean fits(int padded, CardProperties card) {
      return padded <= widest && sharedBytes(Pass.KEYS, padded) <= card.sharedMemory();
    }

    /** Columns of the widest heads that fit. */
    int widestOn(CardProperties card) {
      int columns = widest;
      while (!fits(columns, card)) {
        columns /= 2;
      }
      return columns;
    }
  }

  private enum Pass {
    FORWARD,
    QUERIES,
    KEYS
  }

  CudaAttention(Kernel.Attention k, CudaMemory memory, CudaStream stream, CardProperties card) {
    super(memory, stream);
    this.k = k;
    positions = k.qkv_BxTxF().shape().get(1);
    sequences = k.qkv_BxTxF().shape().getFirst();
    width = k.headWidth();
    padded = padded(k);
    variant = byTensorCores(k, card) ? Variant.BFLOAT16 : Variant.FLOAT32;
    if (!variant.fits(padded, card)) {
      throw new CudaException(
          ("heads of %d columns are too wide for %s: with its %d KiB of shared memory a block,"
                  + " attention takes heads of at most %d columns; take more heads")
              .formatted(width, card.name(), card.sharedMemory() >> 10, variant.widestOn(card)));
    }
    long numbers = (long) Float.BYTES * members * sequences * k.heads() * positions;
    logSumExps = memory.reserve(numbers);
    deltas = memory.reserve(numbers);
  }

  /** A head's width, rounded up to one that there are kernels for. */
  private static int padded(Kernel.Attention k) {
    return Math.max(NARROWEST, 2 * Integer.highestOneBit(k.headWidth() - 1));
  }

  /** Whether its products are of bfloat16, to which what it reads is rounded. */
  static boolean byTensorCores(Kernel.Attention k, CardProperties card) {
    return k.precision() == Precision.BF16
        && card.multipliesBfloat16()
        && Variant.BFLOAT16.fits(padded(k), card);
  }

  /** As the kernels know it: 0 for all positions, later ones too. */
  private int window() {
    return k.causal() ? Math.min(k.window(), positions) : 0;
  }

  private float scale() {
    return (float) k.scale();
  }

  @Override
  void forward() {
    launch(
        Pass.FORWARD,
        memory.value(k.qkv_BxTxF()),
        halves(k.qkv_BxTxF()),
        memory.value(k.y_BxTxD()),
        halves(k.y_BxTxD()),
        logSumExps.address(),
        positions,
        k.heads(),
        k.keyHeads(),
        window(),
        width,
        scale());
  }

  @Override
  void backward(boolean[] add) {
    long size = (long) members * sequences * positions * k.heads();
    launch(
        "attention",
        "attention_deltas",
        new Grid(Math.ceilDiv(size, WARPS), 1, 1),
        WARPS * LANES,
        0,
        memory.value(k.y_BxTxD()),
        halves(k.y_BxTxD()),
        flag(k.precision() == Precision.BF16),
        memory.gradient(k.y_BxTxD()),
        deltas.address(),
        positions,
        k.heads(),
        width,
        size);
    for (Pass pass : new Pass[] {Pass.KEYS, Pass.QUERIES}) {
      launch(
          pass,
          memory.value(k.qkv_BxTxF()),
          halves(k.qkv_BxTxF()),
          memory.gradient(k.y_BxTxD()),
          logSumExps.address(),
          deltas.address(),
          memory.gradient(k.qkv_BxTxF()),
          halfGradient(k.qkv_BxTxF()),
          flag(add[0]),
          positions,
          k.heads(),
          k.keyHeads(),
          window(),
          width,
          scale());
    }
  }

  private void launch(Pass pass, Object... arguments) {
    int heads = pass == Pass.KEYS ? k.keyHeads() : k.heads();
    launch(
        variant.source,
        variant.source + "_" + pass.name().toLowerCase(Locale.ROOT) + "_" + padded,
        new Grid((long) Math.ceilDiv(positions, variant.rows) * heads, sequences, members),
        variant.threads,
        variant.sharedBytes(pass, padded),
        arguments);
  }
}
