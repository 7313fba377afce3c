package kleiber.engine.nd4j;

import java.util.Set;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

final class Nd4jRotary extends Nd4jOperation {
  private final Kernel.Rotary k;
  // One element for each position, group and pair.
  private final INDArray cosines;
  private final INDArray sines;

  Nd4jRotary(Kernel.Rotary k) {
    this.k = k;
    int half = k.headWidth() / 2;
    int perPosition = k.rotated() * half;
    float[] cosine = new float[k.x_BxTxF().shape().get(1) * perPosition];
    float[] sine = new float[cosine.length];
    for (int i = 0; i < cosine.length; i++) {
      double frequency = Math.pow(k.base(), -2.0 * (i % half) / k.headWidth());
      cosine[i] = (float) Math.cos(i / perPosition * frequency);
      sine[i] = (float) Math.sin(i / perPosition * frequency);
    }
    cosines = Nd4j.createFromArray(cosine).reshape('c', 1, cosine.length);
    sines = Nd4j.createFromArray(sine).reshape('c', 1, sine.length);
  }

  @Override
  void forward(Nd4jMemory memory) {
    memory.value(k.y_BxTxF()).assign(turn(memory.value(k.x_BxTxF()), sines));
  }

  @Override
  void backward(Nd4jMemory memory, Set<Tensor> accumulate) {
    INDArray dy = memory.gradient(k.y_BxTxF());
    give(memory, accumulate, k.x_BxTxF(), turn(dy, sines.neg()));
  }

  private INDArray turn(INDArray x_RxF, INDArray sine) {
    INDArray turned = x_RxF.dup('c');
    int columns = k.rotated() * k.headWidth();
    if (columns == 0) {
      return turned;
    }
    INDArray part = turned.get(NDArrayIndex.all(), NDArrayIndex.interval(0, columns));
    long groups = part.rows() * (long) k.rotated();
    INDArray pairs = part.dup('c').reshape('c', groups, k.headWidth());
    INDArray a = bySequence(half(pairs, 0).dup('c'));
    INDArray b = bySequence(half(pairs, 1).dup('c'));
    INDArray newA = a.mulRowVector(cosines).subi(b.mulRowVector(sine));
    INDArray newB = a.mulRowVector(sine).addi(b.mulRowVector(cosines));
    half(pairs, 0).assign(newA.reshape('c', groups, k.headWidth() / 2));
    half(pairs, 1).assign(newB.reshape('c', groups, k.headWidth() / 2));
    part.assign(pairs.reshape('c', part.rows(), columns));
    return turned;
  }

  /** The first or second partners of all pairs. */
  private INDArray half(INDArray pairs, int which) {
    int half = k.headWidth() / 2;
    return pairs.get(NDArrayIndex.all(), NDArrayIndex.interval(which * half, (which + 1) * half));
  }

  private INDArray bySequence(INDArray partners) {
    return partners.reshape('c', k.x_BxTxF().shape().getFirst(), cosines.columns());
  }

  @Override
  public void close() {
    cosines.close();
    sines.close();
  }
}
