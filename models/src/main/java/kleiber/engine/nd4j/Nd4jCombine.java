package kleiber.engine.nd4j;

import java.util.Set;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Slot by slot of all rows. */
final class Nd4jCombine extends Nd4jOperation {
  private final ExpertKernel.Combine k;
  private final int d;

  Nd4jCombine(ExpertKernel.Combine k) {
    this.k = k;
    d = k.y_BxTxD().last();
  }

  /** The gate of every slot, in a column. */
  private INDArray ofSlots(INDArray gates_RxE) {
    int[] chosen = Nd4jRoute.chosen(gates_RxE, k.slots());
    float[] all = gates_RxE.data().asFloat();
    float[] own = new float[chosen.length];
    for (int slot = 0; slot < own.length; slot++) {
      own[slot] = all[slot / k.slots() * gates_RxE.columns() + chosen[slot]];
    }
    return Nd4j.createFromArray(own).reshape('c', own.length, 1);
  }

  /** The rows of dy, each as often as it has slots. */
  private INDArray repeated(INDArray dy_RxD) {
    int[] rows = new int[k.x_BxTxKxD().rows()];
    for (int slot = 0; slot < rows.length; slot++) {
      rows[slot] = slot / k.slots();
    }
    return Nd4j.pullRows(dy_RxD, 1, rows);
  }

  @Override
  void forward(Nd4jMemory memory) {
    INDArray gates = ofSlots(memory.value(k.gates_BxTxE()));
    INDArray terms = memory.value(k.x_BxTxKxD()).mulColumnVector(gates);
    INDArray y = memory.value(k.y_BxTxD());
    y.assign(terms.reshape('c', y.rows(), k.slots(), d).sum(1));
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray gates_RxE = memory.value(k.gates_BxTxE());
    INDArray dy = repeated(memory.gradient(k.y_BxTxD()));
    float[] dots = memory.value(k.x_BxTxKxD()).mul(dy).sum(true, 1).data().asFloat();
    int[] chosen = Nd4jRoute.chosen(gates_RxE, k.slots());
    INDArray dgates = Nd4j.zeros(DataType.FLOAT, gates_RxE.rows(), gates_RxE.columns());
    for (int slot = 0; slot < dots.length; slot++) {
      dgates.putScalar(slot / k.slots(), chosen[slot], dots[slot]);
    }
    give(memory, accumulate, k.gates_BxTxE(), dgates);
    give(memory, accumulate, k.x_BxTxKxD(), dy.muliColumnVector(ofSlots(gates_RxE)));
  }
}
