package kleiber.engine.nd4j;

import java.util.Arrays;
import java.util.Set;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Tensor;
import kleiber.engine.TopExperts;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The router; which experts are chosen is told by ones. */
final class Nd4jRoute extends Nd4jOperation {
  private final ExpertKernel.Route k;
  private final int sequences;
  private final int positions;
  private final int experts;

  Nd4jRoute(ExpertKernel.Route k) {
    this.k = k;
    sequences = k.logits_BxTxE().shape().get(0);
    positions = k.logits_BxTxE().shape().get(1);
    experts = k.logits_BxTxE().last();
  }

  /** The experts of all rows, by slot. */
  static int[] chosen(INDArray numbers_RxE, int slots) {
    return TopExperts.ofRows(
        numbers_RxE.data().asFloat(), 0, numbers_RxE.rows(), numbers_RxE.columns(), slots);
  }

  private INDArray ones(Nd4jMemory memory) {
    int[] chosen = chosen(memory.value(k.logits_BxTxE()), k.chosen());
    INDArray ones_RxE = Nd4j.zeros(DataType.FLOAT, k.logits_BxTxE().rows(), experts);
    for (int slot = 0; slot < chosen.length; slot++) {
      ones_RxE.putScalar(slot / k.chosen(), chosen[slot], 1);
    }
    return ones_RxE;
  }

  private INDArray scaled(Nd4jMemory memory) {
    return memory.value(k.logits_BxTxE()).mul(k.scale());
  }

  private static INDArray softmax(INDArray scaled_RxE) {
    INDArray p = Transforms.exp(scaled_RxE.subColumnVector(scaled_RxE.max(true, 1)), false);
    return p.diviColumnVector(p.sum(true, 1));
  }

  @Override
  void forward(Nd4jMemory memory) {
    INDArray gates = softmax(scaled(memory)).muli(ones(memory));
    if (k.renormalized()) {
      gates.diviColumnVector(gates.sum(true, 1));
    }
    memory.value(k.gates_BxTxE()).assign(gates);
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray scaled = scaled(memory);
    INDArray p = softmax(scaled);
    INDArray ones = ones(memory);
    INDArray dchosen = memory.gradient(k.gates_BxTxE()).mul(ones);
    INDArray gates = memory.value(k.gates_BxTxE());
    INDArray expected = gates.mul(dchosen).sum(true, 1);
    INDArray slope = dchosen.subColumnVector(expected).muli(k.renormalized() ? gates : p);
    INDArray shares = shares(ones);
    INDArray fromShares = shares.subColumnVector(shares.mul(p).sum(true, 1));
    double rows = k.logits_BxTxE().rows();
    slope.addi(fromShares.muli(p).muli(k.balance() * experts / rows));
    INDArray max = scaled.max(true, 1);
    INDArray sum = Transforms.exp(scaled.subColumnVector(max), false).sum(true, 1);
    INDArray logSum = Transforms.log(sum, false).addi(max);
    slope.addi(p.mulColumnVector(logSum).muli(2 * k.zLoss() / rows));
    give(memory, accumulate, k.logits_BxTxE(), slope.muli(k.scale()));
  }

  /** Of the slots of a row's sequence, by expert. */
  private INDArray shares(INDArray ones_RxE) {
    float[] ones = ones_RxE.data().asFloat();
    float[] shares = new float[ones.length];
    for (int sequence = 0; sequence < sequences; sequence++) {
      double[] counts = new double[experts];
      int from = sequence * positions * experts;
      for (int i = from; i < from + positions * experts; i++) {
        counts[i % experts] += ones[i];
      }
      Arrays.setAll(counts, e -> counts[e] / (positions * k.chosen()));
      for (int i = from; i < from + positions * experts; i++) {
        shares[i] = (float) counts[i % experts];
      }
    }
    return Nd4j.createFromArray(shares).reshape('c', ones_RxE.rows(), experts);
  }
}
