package kleiber.engine.nd4j;

import java.util.Arrays;
import java.util.Set;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The kernels of parallel streams in ND4J operations. */
final class Nd4jStreams {
  private Nd4jStreams() {}

  static final class Copy extends Nd4jOperation {
    private final StreamKernel.Copy k;

    /** By row of y: the row of x. */
    private final int[] source;

    /** By stream and row of x: the row of y that it is copied to, or the one after the last. */
    private final int[][] target;

    Copy(StreamKernel.Copy k) {
      this.k = k;
      int rows = k.sequences() * k.targetRows();
      source = new int[rows];
      target = new int[k.streams()][k.sequences() * k.sourceRows()];
      for (int[] ofStream : target) {
        Arrays.fill(ofStream, rows);
      }
      for (int row = 0; row < rows; row++) {
        int sequence = row / k.targetRows();
        int stream = row / k.rows() % k.streams();
        int y = sequence * k.targetRows() + k.to().at(stream, row % k.rows());
        int x = sequence * k.sourceRows() + k.from().at(stream, row % k.rows());
        source[y] = x;
        target[stream][x] = y;
      }
    }

    private INDArray rows(INDArray values) {
      return values.reshape('c', values.length() / k.columns(), k.columns());
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray copied = Nd4j.pullRows(rows(memory.value(k.x())), 1, source);
      rows(memory.value(k.y())).assign(copied);
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray nothing = Nd4j.zeros(DataType.FLOAT, 1, k.columns());
      INDArray dy = Nd4j.concat(0, rows(memory.gradient(k.y())), nothing);
      INDArray dx = Nd4j.zeros(DataType.FLOAT, target[0].length, k.columns());
      for (int[] ofStream : target) {
        dx.addi(Nd4j.pullRows(dy, 1, ofStream));
      }
      give(memory, accumulate, k.x(), dx);
    }
  }

  static final class Prefix extends Nd4jOperation {
    private final StreamKernel.Prefix k;
    private final int sequences;
    private final INDArrayIndex columns;

    Prefix(StreamKernel.Prefix k) {
      this.k = k;
      sequences = k.x_NxTxF().shape().getFirst();
      int f = k.x_NxTxF().last();
      columns = NDArrayIndex.interval(f - k.prefix_PxSxG().last(), f);
    }

    private INDArrayIndex prefix(int sequence) {
      int from = sequence * (k.prefixed() + k.positions());
      return NDArrayIndex.interval(from, from + k.prefixed());
    }

    private INDArrayIndex rest(int sequence) {
      int from = sequence * (k.prefixed() + k.positions()) + k.prefixed();
      return NDArrayIndex.interval(from, from + k.positions());
    }

    private INDArrayIndex own(int sequence) {
      return NDArrayIndex.interval(sequence * k.positions(), (sequence + 1) * k.positions());
    }

    private INDArrayIndex stream(int sequence) {
      int from = sequence % k.streams() * k.prefixed();
      return NDArrayIndex.interval(from, from + k.prefixed());
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray y = memory.value(k.y_NxKxF());
      y.assign(0);
      for (int n = 0; n < sequences; n++) {
        INDArray prefixes = memory.value(k.prefix_PxSxG());
        y.get(prefix(n), columns).assign(block(prefixes, stream(n), NDArrayIndex.all()));
        INDArray x = block(memory.value(k.x_NxTxF()), own(n), NDArrayIndex.all());
        y.get(rest(n), NDArrayIndex.all()).assign(x);
      }
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray dy = memory.gradient(k.y_NxKxF());
      INDArray dx = Nd4j.zeros(DataType.FLOAT, k.x_NxTxF().rows(), k.x_NxTxF().last());
      INDArray dprefix =
          Nd4j.zeros(DataType.FLOAT, k.prefix_PxSxG().rows(), k.prefix_PxSxG().last());
      for (int n = 0; n < sequences; n++) {
        dprefix.get(stream(n), NDArrayIndex.all()).addi(block(dy, prefix(n), columns));
        dx.get(own(n), NDArrayIndex.all()).assign(block(dy, rest(n), NDArrayIndex.all()));
      }
      give(memory, accumulate, k.x_NxTxF(), dx);
      give(memory, accumulate, k.prefix_PxSxG(), dprefix);
    }
  }

  static final class Mix extends Nd4jOperation {
    private final StreamKernel.Mix k;

    Mix(StreamKernel.Mix k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray weights_RxP = weights(softmax(memory));
      INDArray y = memory.value(k.y_RxD());
      y.assign(0);
      for (int p = 0; p < k.streams(); p++) {
        y.addi(stream(memory.value(k.x_RxF()), p).mulColumnVector(column(weights_RxP, p)));
      }
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray p_RxP = softmax(memory);
      INDArray weights_RxP = weights(p_RxP);
      INDArray dy = memory.gradient(k.y_RxD());
      INDArray dx = Nd4j.createUninitialized(DataType.FLOAT, k.x_RxF().rows(), k.x_RxF().last());
      INDArray dp_RxP = Nd4j.createUninitialized(DataType.FLOAT, p_RxP.rows(), k.streams());
      for (int p = 0; p < k.streams(); p++) {
        columns(dx, p).assign(dy.mulColumnVector(column(weights_RxP, p)));
        INDArray own = stream(memory.value(k.x_RxF()), p).muli(dy).sum(true, 1);
        dp_RxP.get(NDArrayIndex.all(), NDArrayIndex.interval(p, p + 1)).assign(own);
      }
      dp_RxP.subiColumnVector(dp_RxP.mul(p_RxP).sum(true, 1));
      give(memory, accumulate, k.x_RxF(), dx);
      give(memory, accumulate, k.scores_RxP(), dp_RxP.muli(p_RxP).muli(1 - k.smoothing()));
    }

    private INDArray softmax(Nd4jMemory memory) {
      INDArray scores = memory.value(k.scores_RxP());
      INDArray p = Transforms.exp(scores.subColumnVector(scores.max(true, 1)), false);
      return p.diviColumnVector(p.sum(true, 1));
    }

    private INDArray weights(INDArray p_RxP) {
      return p_RxP.mul(1 - k.smoothing()).addi(k.smoothing() / k.streams());
    }

    private static INDArray column(INDArray matrix, int column) {
      return block(matrix, NDArrayIndex.all(), NDArrayIndex.interval(column, column + 1));
    }

    private INDArray columns(INDArray x_RxF, int p) {
      int d = k.y_RxD().last();
      return x_RxF.get(NDArrayIndex.all(), NDArrayIndex.interval(p * d, (p + 1) * d));
    }

    private INDArray stream(INDArray x_RxF, int p) {
      return columns(x_RxF, p).dup('c');
    }
  }
}
