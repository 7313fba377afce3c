package kleiber.engine.nd4j;

import java.util.Optional;
import java.util.Set;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A kernel in ND4J operations, with the constants that it needs. */
abstract class Nd4jOperation implements AutoCloseable {
  static Nd4jOperation of(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Embedding k -> new Embedding(k);
      case Kernel.Position k -> new Position(k);
      case Kernel.Rotary k -> new Nd4jRotary(k);
      case Kernel.Norm k -> new Nd4jNorm(k);
      case Kernel.Linear k -> new Linear(k);
      case Kernel.Attention k -> new Nd4jAttention(k);
      case Kernel.Activation k -> new Activation(k);
      case Kernel.Gate k -> new Gate(k);
      case Kernel.Add k -> new Add(k);
      case Kernel.CrossEntropy k -> new CrossEntropy(k);
      case StreamKernel.Copy k -> new Nd4jStreams.Copy(k);
      case StreamKernel.Prefix k -> new Nd4jStreams.Prefix(k);
      case StreamKernel.Mix k -> new Nd4jStreams.Mix(k);
      case ExpertKernel.Route k -> new Nd4jRoute(k);
      case ExpertKernel.Linear k -> new Nd4jExpertLinear(k);
      case ExpertKernel.Combine k -> new Nd4jCombine(k);
    };
  }

  abstract void forward(Nd4jMemory memory);

  /**
   * @param accumulate inputs whose gradient is added to
   */
  abstract void backward(Nd4jMemory memory, Set<Tensor> accumulate);

  /** Frees the constants. */
  @Override
  public void close() {}

  /** Gives a gradient of any shape with the right number of elements to a tensor. */
  static void give(
      Nd4jMemory memory, Set<Tensor> accumulate, Tensor tensor, INDArray contribution) {
    INDArray gradient = memory.gradient(tensor);
    INDArray shaped = contribution.reshape('c', gradient.shape());
    if (accumulate.contains(tensor)) {
      gradient.addi(shaped);
    } else {
      gradient.assign(shaped);
    }
  }

  /** A product of matrices into C order; {@code mmul} would make F order and copy. */
  static INDArray product(INDArray a, boolean aTransposed, INDArray b, boolean bTransposed) {
    long rows = aTransposed ? a.columns() : a.rows();
    long columns = bTransposed ? b.rows() : b.columns();
    INDArray result = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'c');
    return Nd4j.matmul(a, b, result, aTransposed, bTransposed, false);
  }

  /** 1 / (1 + e^−z); e^−z may overflow to infinity, which gives 0. */
  static INDArray sigmoid(INDArray z) {
    return Transforms.exp(z.neg(), false).addi(1).rdivi(1);
  }

  /** One row for each id, with a 1 in its column; none where there is nothing to predict. */
  static INDArray oneHot(int[] ids, int from, int to, int vocabulary) {
    float[] rows = new float[Math.multiplyExact(to - from, vocabulary)];
    for (int r = from; r < to; r++) {
      if (ids[r] != Kernel.CrossEntropy.UNSCORED) {
        rows[(r - from) * vocabulary + ids[r]] = 1;
      }
    }
    return Nd4j.createFromArray(rows).reshape('c', to - from, vocabulary);
  }

  /** A copy of some rows and columns, in C order. */
  static INDArray block(INDArray matrix, INDArrayIndex rows, INDArrayIndex columns) {
    return matrix.get(rows, columns).dup('c');
  }

  private static final class Embedding extends Nd4jOperation {
    private static final int ROWS = 512;
    private final Kernel.Embedding k;

    Embedding(Kernel.Embedding k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray table_VxD = memory.value(k.table_VxD());
      memory.value(k.y_BxTxD()).assign(Nd4j.pullRows(table_VxD, 1, memory.tokens(k.tokens_BxT())));
    }

    /** As products with one-hot rows: ND4J's scatter may add in any order. */
    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      int[] ids = memory.tokens(k.tokens_BxT());
      int vocabulary = k.table_VxD().rows();
      INDArray dy_RxD = memory.gradient(k.y_BxTxD());
      INDArray sum_VxD = Nd4j.zeros(DataType.FLOAT, vocabulary, k.table_VxD().last());
      for (int from = 0; from < ids.length; from += ROWS) {
        int to = Math.min(ids.length, from + ROWS);
        INDArray rows = block(dy_RxD, NDArrayIndex.interval(from, to), NDArrayIndex.all());
        sum_VxD.addi(product(oneHot(ids, from, to, vocabulary), true, rows, false));
      }
      give(memory, accumulate, k.table_VxD(), sum_VxD);
    }
  }

  private static final class Position extends Nd4jOperation {
    private final Kernel.Position k;

    Position(Kernel.Position k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray x = bySequence(memory.value(k.x_BxTxD()));
      INDArray table = memory.value(k.table_TxD()).reshape('c', 1, k.table_TxD().size());
      bySequence(memory.value(k.y_BxTxD())).assign(x.addRowVector(table));
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray dy = memory.gradient(k.y_BxTxD());
      give(memory, accumulate, k.x_BxTxD(), dy);
      give(memory, accumulate, k.table_TxD(), bySequence(dy).sum(true, 0));
    }

    private INDArray bySequence(INDArray rows) {
      return rows.reshape('c', k.x_BxTxD().shape().getFirst(), k.table_TxD().size());
    }
  }

  private static final class Linear extends Nd4jOperation {
    private final Kernel.Linear k;

    Linear(Kernel.Linear k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray x_RxI = round(memory.value(k.x_RxI()));
      INDArray w = round(memory.value(k.w()));
      INDArray y_RxO = memory.value(k.y_RxO());
      Nd4j.matmul(x_RxI, w, y_RxO, false, k.transposed(), false);
      k.bias_O().ifPresent(bias -> y_RxO.addiRowVector(memory.value(bias)));
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray x_RxI = round(memory.value(k.x_RxI()));
      INDArray w = round(memory.value(k.w()));
      INDArray exactDy_RxO = memory.gradient(k.y_RxO());
      INDArray dy_RxO = round(exactDy_RxO);
      give(memory, accumulate, k.x_RxI(), product(dy_RxO, false, w, !k.transposed()));
      INDArray dw =
          k.transposed()
              ? product(dy_RxO, true, x_RxI, false)
              : product(x_RxI, true, dy_RxO, false);
      give(memory, accumulate, k.w(), dw);
      Optional<Tensor> bias = k.bias_O();
      bias.ifPresent(b -> give(memory, accumulate, b, exactDy_RxO.sum(true, 0)));
    }

    private INDArray round(INDArray values) {
      return switch (k.precision()) {
        case FLOAT32, TF32 -> values;
        case BF16 -> values.castTo(DataType.BFLOAT16).castTo(DataType.FLOAT);
      };
    }
  }

  private static final class Activation extends Nd4jOperation {
    private static final double SCALE = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;
    private final Kernel.Activation k;

    Activation(Kernel.Activation k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray x = memory.value(k.x_RxF());
      memory.value(k.y_RxF()).assign(weight(x).muli(x));
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray x = memory.value(k.x_RxF());
      INDArray weight = weight(x);
      INDArray slope =
          switch (k.function()) {
            case GELU -> {
              INDArray inner = x.mul(x).muli(6 * SCALE * CUBIC).addi(2 * SCALE).muli(x);
              yield inner.muli(weight).muli(weight.rsub(1)).addi(weight);
            }
            case GELU_ERF -> {
              INDArray density = Transforms.exp(x.mul(x).muli(-0.5), false);
              yield density.muli(1 / Math.sqrt(2 * Math.PI)).muli(x).addi(weight);
            }
          };
      give(memory, accumulate, k.x_RxF(), slope.muli(memory.gradient(k.y_RxF())));
    }

    /** What x is multiplied by. */
    private INDArray weight(INDArray x) {
      return switch (k.function()) {
        case GELU -> sigmoid(x.mul(x).muli(2 * SCALE * CUBIC).addi(2 * SCALE).muli(x));
        case GELU_ERF -> {
          INDArray z = x.mul(Math.sqrt(0.5));
          yield Nd4j.exec(new Erf(z)).addi(1).muli(0.5);
        }
      };
    }
  }

  private static final class Gate extends Nd4jOperation {
    private final Kernel.Gate k;

    Gate(Kernel.Gate k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray a = half(memory.value(k.x_Rx2F()), 0).dup('c');
      INDArray b = half(memory.value(k.x_Rx2F()), 1).dup('c');
      memory.value(k.y_RxF()).assign(sigmoid(a).muli(a).muli(b));
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray a = half(memory.value(k.x_Rx2F()), 0).dup('c');
      INDArray b = half(memory.value(k.x_Rx2F()), 1).dup('c');
      INDArray dy = memory.gradient(k.y_RxF());
      INDArray s = sigmoid(a);
      INDArray slope = s.rsub(1).muli(a).addi(1).muli(s);
      INDArray dx = Nd4j.createUninitialized(DataType.FLOAT, k.x_Rx2F().rows(), k.x_Rx2F().last());
      half(dx, 0).assign(slope.muli(b).muli(dy));
      half(dx, 1).assign(s.muli(a).muli(dy));
      give(memory, accumulate, k.x_Rx2F(), dx);
    }

    private INDArray half(INDArray x, int which) {
      int f = k.y_RxF().last();
      return x.get(NDArrayIndex.all(), NDArrayIndex.interval(which * f, (which + 1) * f));
    }
  }

  private static final class Add extends Nd4jOperation {
    private final Kernel.Add k;

    Add(Kernel.Add k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray sum = memory.value(k.a_RxD()).add(memory.value(k.b_RxD()));
      memory.value(k.y_RxD()).assign(sum);
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      give(memory, accumulate, k.a_RxD(), memory.gradient(k.y_RxD()));
      give(memory, accumulate, k.b_RxD(), memory.gradient(k.y_RxD()));
    }
  }

  private static final class CrossEntropy extends Nd4jOperation {
    private final Kernel.CrossEntropy k;

    CrossEntropy(Kernel.CrossEntropy k) {
      this.k = k;
    }

    @Override
    void forward(Nd4jMemory memory) {
      INDArray below = belowMaximum(memory);
      INDArray target = below.mul(targets(memory)).sum(true, 1);
      INDArray sum = Transforms.exp(below, false).sum(true, 1);
      INDArray loss = memory.value(k.loss_BxT());
      INDArray losses = Transforms.log(sum, false).subi(target).muli(scored(memory));
      loss.assign(losses.reshape('c', loss.shape()));
    }

    @Override
    void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
      INDArray p = Transforms.exp(belowMaximum(memory), false);
      INDArray sum = p.sum(true, 1);
      p.diviColumnVector(sum);
      INDArray targets = targets(memory);
      if (k.zLoss() != 0) {
        INDArray max = memory.value(k.logits_BxTxV()).max(true, 1).muli(k.scale());
        INDArray logZ = Transforms.log(sum, false).addi(max);
        p.muliColumnVector(logZ.muli(2 * k.zLoss()).addi(1));
      }
      INDArray dlogits = p.subi(targets).divi(k.scored() / k.scale());
      dlogits.muliColumnVector(scored(memory));
      give(memory, accumulate, k.logits_BxTxV(), dlogits);
    }

    private INDArray belowMaximum(Nd4jMemory memory) {
      INDArray logits_RxV = memory.value(k.logits_BxTxV());
      return logits_RxV.subColumnVector(logits_RxV.max(true, 1)).muli(k.scale());
    }

    /** 1 in each row that is scored, 0 in the others. */
    private INDArray scored(Nd4jMemory memory) {
      int[] ids = memory.tokens(k.targets_BxT());
      float[] rows = new float[ids.length];
      for (int r = 0; r < ids.length; r++) {
        rows[r] = ids[r] == Kernel.CrossEntropy.UNSCORED ? 0 : 1;
      }
      return Nd4j.createFromArray(rows).reshape('c', ids.length, 1);
    }

    private INDArray targets(Nd4jMemory memory) {
      int[] ids = memory.tokens(k.targets_BxT());
      return oneHot(ids, 0, ids.length, k.logits_BxTxV().last());
    }
  }
}
