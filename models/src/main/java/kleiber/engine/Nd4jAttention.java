package kleiber.engine;

import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Attention head by head, with the [T, T] matrix of one head at a time. */
final class Nd4jAttention extends Nd4jOperation {
  private static final float MASKED = -1e30f;

  private final Kernel.Attention k;
  private final int sequences;
  private final int positions;
  private final int d;
  private final int width;
  private final INDArray mask_TxT;

  Nd4jAttention(Kernel.Attention k) {
    this.k = k;
    this.sequences = k.qkv_BxTx3D().shape().get(0);
    this.positions = k.qkv_BxTx3D().shape().get(1);
    this.d = k.y_BxTxD().last();
    this.width = d / k.heads();
    float[] mask = new float[positions * positions];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % positions > i / positions ? MASKED : 0;
    }
    mask_TxT = Nd4j.createFromArray(mask).reshape('c', positions, positions);
  }

  @Override
  void forward(Nd4jMemory memory) {
    INDArray qkv = memory.value(k.qkv_BxTx3D());
    for (int sequence = 0; sequence < sequences; sequence++) {
      for (int head = 0; head < k.heads(); head++) {
        INDArray p_TxT = probabilities(qkv, sequence, head);
        INDArray v = block(qkv, rows(sequence), columns(2, head));
        place(memory.value(k.y_BxTxD()), sequence, 0, head, product(p_TxT, false, v, false));
      }
    }
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray qkv = memory.value(k.qkv_BxTx3D());
    INDArray dqkv = Nd4j.createUninitialized(DataType.FLOAT, qkv.rows(), (long) qkv.columns());
    for (int sequence = 0; sequence < sequences; sequence++) {
      for (int head = 0; head < k.heads(); head++) {
        INDArray dy = block(memory.gradient(k.y_BxTxD()), rows(sequence), columns(0, head));
        INDArray q = block(qkv, rows(sequence), columns(0, head));
        INDArray key = block(qkv, rows(sequence), columns(1, head));
        INDArray v = block(qkv, rows(sequence), columns(2, head));
        INDArray p_TxT = probabilities(qkv, sequence, head);
        place(dqkv, sequence, 2, head, product(p_TxT, true, dy, false));
        INDArray dp_TxT = product(dy, false, v, true);
        dp_TxT.subiColumnVector(dp_TxT.mul(p_TxT).sum(true, 1));
        dp_TxT.muli(p_TxT).muli(k.scale());
        place(dqkv, sequence, 0, head, product(dp_TxT, false, key, false));
        place(dqkv, sequence, 1, head, product(dp_TxT, true, q, false));
      }
    }
    give(memory, accumulate, k.qkv_BxTx3D(), dqkv);
  }

  private INDArray probabilities(INDArray qkv, int sequence, int head) {
    INDArray q = block(qkv, rows(sequence), columns(0, head));
    INDArray key = block(qkv, rows(sequence), columns(1, head));
    INDArray p = product(q, false, key, true).muli(k.scale()).addi(mask_TxT);
    p.subiColumnVector(p.max(true, 1));
    Transforms.exp(p, false);
    return p.diviColumnVector(p.sum(true, 1));
  }

  private void place(INDArray matrix, int sequence, int third, int head, INDArray values) {
    matrix.get(rows(sequence), columns(third, head)).assign(values);
  }

  private INDArrayIndex rows(int sequence) {
    return NDArrayIndex.interval(sequence * positions, (sequence + 1) * positions);
  }

  /** Columns of a head among queries (0), keys (1) or values (2). */
  private INDArrayIndex columns(int third, int head) {
    int from = third * d + head * width;
    return NDArrayIndex.interval(from, from + width);
  }

  @Override
  public void close() {
    mask_TxT.close();
  }
}
