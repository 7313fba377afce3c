package kleiber.engine.nd4j;

import java.util.Set;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Attention head by head, with the [T, T] matrix of one head at a time. */
final class Nd4jAttention extends Nd4jOperation {
  private static final float MASKED = -1e30f;
  private static final int QUERIES = 0;
  private static final int KEYS = 1;
  private static final int VALUES = 2;

  private final Kernel.Attention k;
  private final int sequences;
  private final int positions;
  private final int width;
  private final INDArray mask_TxT;

  Nd4jAttention(Kernel.Attention k) {
    this.k = k;
    this.sequences = k.qkv_BxTxF().shape().get(0);
    this.positions = k.qkv_BxTxF().shape().get(1);
    this.width = k.headWidth();
    float[] mask = new float[positions * positions];
    for (int i = 0; i < mask.length; i++) {
      int earlier = i / positions - i % positions;
      mask[i] = k.causal() && (earlier < 0 || earlier >= k.window()) ? MASKED : 0;
    }
    mask_TxT = Nd4j.createFromArray(mask).reshape('c', positions, positions);
  }

  @Override
  void forward(Nd4jMemory memory) {
    INDArray qkv = memory.value(k.qkv_BxTxF());
    for (int sequence = 0; sequence < sequences; sequence++) {
      for (int head = 0; head < k.heads(); head++) {
        INDArray p_TxT = probabilities(qkv, sequence, head);
        INDArray v = block(qkv, rows(sequence), columns(VALUES, head));
        memory
            .value(k.y_BxTxD())
            .get(rows(sequence), columns(QUERIES, head))
            .assign(product(p_TxT, false, v, false));
      }
    }
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray qkv = memory.value(k.qkv_BxTxF());
    INDArray dqkv = Nd4j.createUninitialized(DataType.FLOAT, qkv.rows(), (long) qkv.columns());
    for (int sequence = 0; sequence < sequences; sequence++) {
      for (int head = 0; head < k.heads(); head++) {
        INDArray dy = block(memory.gradient(k.y_BxTxD()), rows(sequence), columns(QUERIES, head));
        INDArray q = block(qkv, rows(sequence), columns(QUERIES, head));
        INDArray key = block(qkv, rows(sequence), columns(KEYS, head));
        INDArray v = block(qkv, rows(sequence), columns(VALUES, head));
        INDArray p_TxT = probabilities(qkv, sequence, head);
        add(dqkv, sequence, VALUES, head, product(p_TxT, true, dy, false));
        INDArray dp_TxT = product(dy, false, v, true);
        dp_TxT.subiColumnVector(dp_TxT.mul(p_TxT).sum(true, 1));
        dp_TxT.muli(p_TxT).muli(k.scale());
        add(dqkv, sequence, QUERIES, head, product(dp_TxT, false, key, false));
        add(dqkv, sequence, KEYS, head, product(dp_TxT, true, q, false));
      }
    }
    give(memory, accumulate, k.qkv_BxTxF(), dqkv);
  }

  private INDArray probabilities(INDArray qkv, int sequence, int head) {
    INDArray q = block(qkv, rows(sequence), columns(QUERIES, head));
    INDArray key = block(qkv, rows(sequence), columns(KEYS, head));
    INDArray p = product(q, false, key, true).muli(k.scale()).addi(mask_TxT);
    p.subiColumnVector(p.max(true, 1));
    Transforms.exp(p, false);
    return p.diviColumnVector(p.sum(true, 1));
  }

  /** Heads of queries that share keys come one after another. */
  private void add(INDArray matrix, int sequence, int part, int head, INDArray values) {
    INDArray place = matrix.get(rows(sequence), columns(part, head));
    if (part == QUERIES || head % k.sharing() == 0) {
      place.assign(values);
    } else {
      place.addi(values);
    }
  }

  private INDArrayIndex rows(int sequence) {
    return NDArrayIndex.interval(sequence * positions, (sequence + 1) * positions);
  }

  /** Columns of a head of queries, or of the keys or values that it takes. */
  private INDArrayIndex columns(int part, int head) {
    int before = part == QUERIES ? 0 : k.heads() + (part - 1) * k.keyHeads();
    int from = (before + (part == QUERIES ? head : head / k.sharing())) * width;
    return NDArrayIndex.interval(from, from + width);
  }

  @Override
  public void close() {
    mask_TxT.close();
  }
}
