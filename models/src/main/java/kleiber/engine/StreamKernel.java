package kleiber.engine;

import static kleiber.engine.Shapes.require;

import java.util.BitSet;
import java.util.List;

/**
 * What several streams through one model need beside its own kernels. Sizes: B sequences, P
 * streams, N = B·P, stream p of sequence b being sequence b·P + p; S positions of a prefix.
 */
public sealed interface StreamKernel extends Kernel {
  /**
   * Rows of columns that are copied to other places: y[b, to(p, t)] = x[b, from(p, t)]. Every row
   * of y is written once; a row of x may be copied to several, whose gradients it sums, or to none.
   *
   * @param sequences over which rows are copied alike
   * @param streams p
   * @param rows t, of each stream
   */
  record Copy(Tensor x, Tensor y, int sequences, int streams, int rows, Places from, Places to)
      implements StreamKernel {
    public Copy {
      int copied = streams * rows;
      require(y.size() % (sequences * copied) == 0, y, "has no such rows");
      int columns = y.size() / (sequences * copied);
      require(x.size() % (sequences * columns) == 0, x, "has not the rows of", y);
      int there = x.size() / (sequences * columns);
      BitSet written = new BitSet(copied);
      for (int p = 0; p < streams; p++) {
        for (int t = 0; t < rows; t++) {
          int at = from.at(p, t);
          require(at >= 0 && at < there, x, "has no row %d to copy to".formatted(at), y);
          written.set(to.at(p, t));
        }
      }
      require(
          written.cardinality() == copied && written.length() == copied,
          y,
          "is not written once in every row");
    }

    /**
     * Where row t of stream p lies in its sequence: first + p · byStream + t · byRow, in rows of
     * the columns that are copied.
     */
    public record Places(int first, int byStream, int byRow) {
      /** In rows from the beginning of a sequence. */
      public int at(int stream, int row) {
        return first + stream * byStream + row * byRow;
      }
    }

    /** Each sequence becomes P equal ones. */
    public static Copy repeat(Tensor x_BxTxD, Tensor y_NxTxD) {
      int positions = x_BxTxD.shape().get(1);
      int sequences = x_BxTxD.shape().getFirst();
      int streams = y_NxTxD.shape().getFirst() / sequences;
      return new Copy(
          x_BxTxD,
          y_NxTxD,
          sequences,
          streams,
          positions,
          new Places(0, 0, 1),
          new Places(0, positions, 1));
    }

    /** The last T of K positions. */
    public static Copy last(Tensor x_NxKxD, Tensor y_NxTxD) {
      int positions = y_NxTxD.shape().get(1);
      return new Copy(
          x_NxKxD,
          y_NxTxD,
          x_NxKxD.shape().getFirst(),
          1,
          positions,
          new Places(x_NxKxD.shape().get(1) - positions, 0, 1),
          new Places(0, 0, 1));
    }

    /** The streams of a position in one row, F = P·D. */
    public static Copy sideBySide(Tensor x_NxTxD, Tensor y_BxTxF) {
      int positions = x_NxTxD.shape().get(1);
      int sequences = y_BxTxF.shape().getFirst();
      int streams = x_NxTxD.shape().getFirst() / sequences;
      return new Copy(
          x_NxTxD,
          y_BxTxF,
          sequences,
          streams,
          positions,
          new Places(0, positions, 1),
          new Places(0, 1, streams));
    }

    /** Numbers in a row that is copied. */
    public int columns() {
      return y.size() / (sequences * streams * rows);
    }

    /** Rows of x in a sequence. */
    public int sourceRows() {
      return x.size() / (sequences * columns());
    }

    /** Rows of y in a sequence. */
    public int targetRows() {
      return streams * rows;
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x);
    }

    @Override
    public Tensor output() {
      return y;
    }
  }

  /**
   * A prefix of its own before each stream's positions: sequence n gets the rows of prefix n mod P
   * in its last G columns, with zeros in those before them, and then those of x. Before attention
   * these are keys and values that every query of the stream sees (Li and Liang 2021,
   * arXiv:2101.00190).
   */
  record Prefix(Tensor x_NxTxF, Tensor prefix_PxSxG, Tensor y_NxKxF) implements StreamKernel {
    public Prefix {
      require(prefix_PxSxG.shape().size() == 3, prefix_PxSxG, "must be [P, S, G]");
      require(prefix_PxSxG.last() <= x_NxTxF.last(), prefix_PxSxG, "is wider than", x_NxTxF);
      require(
          x_NxTxF.shape().getFirst() % prefix_PxSxG.shape().getFirst() == 0,
          x_NxTxF,
          "is not made of the streams of",
          prefix_PxSxG);
      require(
          y_NxKxF
              .shape()
              .equals(
                  List.of(
                      x_NxTxF.shape().getFirst(),
                      prefix_PxSxG.shape().get(1) + x_NxTxF.shape().get(1),
                      x_NxTxF.last())),
          y_NxKxF,
          "has not the positions of its prefix and of",
          x_NxTxF);
    }

    /** P. */
    public int streams() {
      return prefix_PxSxG.shape().getFirst();
    }

    /** S. */
    public int prefixed() {
      return prefix_PxSxG.shape().get(1);
    }

    /** T. */
    public int positions() {
      return x_NxTxF.shape().get(1);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x_NxTxF, prefix_PxSxG);
    }

    @Override
    public Tensor output() {
      return y_NxKxF;
    }
  }

  /**
   * A mean of P streams that lie side by side, by weights of which none is below smoothing / P: y =
   * Σ w[p] x[…, p·D : (p + 1)·D], w = (1 − smoothing) · softmax(scores) + smoothing / P.
   */
  record Mix(Tensor x_RxF, Tensor scores_RxP, double smoothing, Tensor y_RxD)
      implements StreamKernel {
    public Mix {
      require(
          x_RxF.rows() == y_RxD.rows() && x_RxF.last() == scores_RxP.last() * y_RxD.last(),
          x_RxF,
          "must hold a row of every stream for",
          y_RxD);
      require(scores_RxP.rows() == y_RxD.rows(), scores_RxP, "needs as many rows as", y_RxD);
      require(smoothing >= 0 && smoothing <= 1, scores_RxP, "cannot be smoothed by " + smoothing);
    }

    /** P. */
    public int streams() {
      return scores_RxP.last();
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x_RxF, scores_RxP);
    }

    @Override
    public Tensor output() {
      return y_RxD;
    }
  }
}
