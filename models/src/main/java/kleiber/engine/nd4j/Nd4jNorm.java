package kleiber.engine.nd4j;

import java.util.Set;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** From elementary operations: ND4J's own layer norm has no epsilon and a slow gradient. */
final class Nd4jNorm extends Nd4jOperation {
  private final Kernel.Norm k;
  private final int columns;
  private final INDArray sets_groupsxG;

  Nd4jNorm(Kernel.Norm k) {
    this.k = k;
    this.columns = k.groups() * k.gain_GxD().last();
    int sets = k.gain_GxD().rows();
    float[] set = new float[k.groups() * sets];
    for (int group = 0; group < k.groups(); group++) {
      set[group * sets + group * sets / k.groups()] = 1;
    }
    sets_groupsxG = Nd4j.createFromArray(set).reshape('c', k.groups(), sets);
  }

  @Override
  void forward(Nd4jMemory memory) {
    INDArray x = memory.value(k.x_RxF());
    INDArray y = memory.value(k.y_RxF());
    y.assign(x);
    INDArray centred = centred(x);
    INDArray normalized = byRow(centred.mulColumnVector(scales(centred)));
    normalized.muliRowVector(expand(memory.value(k.gain_GxD())));
    k.bias_GxD().ifPresent(bias -> normalized.addiRowVector(expand(memory.value(bias))));
    part(y).assign(normalized);
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray dy = part(memory.gradient(k.y_RxF())).dup('c');
    INDArray centred = centred(memory.value(k.x_RxF()));
    INDArray scales = scales(centred);
    INDArray normalized = centred.mulColumnVector(scales);
    INDArray dnormalized = byGroup(dy.mulRowVector(expand(memory.value(k.gain_GxD()))));
    INDArray slope = dnormalized.mul(normalized).mean(true, 1);
    INDArray dpart = dnormalized.sub(normalized.mulColumnVector(slope));
    if (k.centred()) {
      dpart.subiColumnVector(dnormalized.mean(true, 1));
    }
    INDArray dx = memory.gradient(k.y_RxF()).dup('c');
    part(dx).assign(byRow(dpart.muliColumnVector(scales)));
    give(memory, accumulate, k.x_RxF(), dx);
    give(memory, accumulate, k.gain_GxD(), collect(dy.mul(byRow(normalized))));
    k.bias_GxD().ifPresent(bias -> give(memory, accumulate, bias, collect(dy)));
  }

  /** The normalized groups of all rows, one a row, less their means where means count. */
  private INDArray centred(INDArray x) {
    INDArray groups = byGroup(part(x).dup('c'));
    return k.centred() ? groups.subiColumnVector(groups.mean(true, 1)) : groups;
  }

  private INDArray scales(INDArray centred) {
    INDArray variance = centred.mul(centred).mean(true, 1);
    return Transforms.sqrt(variance.addi(k.epsilon()), false).rdivi(1);
  }

  private INDArray part(INDArray rows) {
    return rows.get(NDArrayIndex.all(), NDArrayIndex.interval(0, columns));
  }

  private INDArray byGroup(INDArray rows) {
    return rows.reshape('c', (long) rows.rows() * k.groups(), k.gain_GxD().last());
  }

  private INDArray byRow(INDArray groups) {
    return groups.reshape('c', groups.rows() / k.groups(), columns);
  }

  /** A gain or bias of each set as one for each group, in a row. */
  private INDArray expand(INDArray parameter_GxD) {
    return product(sets_groupsxG, false, parameter_GxD, false).reshape('c', 1, columns);
  }

  /** What rows give to a gain or bias. */
  private INDArray collect(INDArray rows) {
    INDArray sum = rows.sum(true, 0).reshape('c', k.groups(), k.gain_GxD().last());
    return product(sets_groupsxG, true, sum, false);
  }

  @Override
  public void close() {
    sets_groupsxG.close();
  }
}
