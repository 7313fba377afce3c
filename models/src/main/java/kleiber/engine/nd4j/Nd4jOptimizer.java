package kleiber.engine.nd4j;

import static kleiber.engine.nd4j.Nd4jOperation.product;

import kleiber.engine.Tensor;
import kleiber.engine.Update;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One step of one member's parameter in ND4J operations. */
final class Nd4jOptimizer {
  private final long step;
  private final Tensor parameter;
  private final double rate;
  private final double decayRate;
  private final INDArray w;
  private final INDArray g;
  private final INDArray first;
  private final INDArray second;

  Nd4jOptimizer(Update update, int member, Tensor parameter, Nd4jMemory memory) {
    this.step = update.step();
    this.parameter = parameter;
    decayRate = update.learningRate()[member];
    rate = decayRate * parameter.rate();
    w = memory.value(parameter);
    g = memory.gradient(parameter).mul(update.gradientScale()[member]);
    first = memory.moment(parameter, 0);
    second = memory.moment(parameter, 1);
  }

  void run(Update.Rule rule) {
    INDArray change =
        switch (rule) {
          case Update.AdamW adamW -> change(adamW);
          case Update.Sgd sgd -> momentum(sgd.momentum(), sgd.nesterov()).muli(rate);
          case Update.Muon muon ->
              orthogonal(momentum(muon.momentum(), true)).muli(rate * Update.Muon.size(parameter));
        };
    if (parameter.decays()) {
      change.addi(w.mul(decayRate * rule.weightDecay()));
    }
    w.subi(change);
  }

  private INDArray change(Update.AdamW rule) {
    first.muli(rule.beta1()).addi(g.mul(1 - rule.beta1()));
    second.muli(rule.beta2()).addi(g.mul(g).muli(1 - rule.beta2()));
    INDArray root = second.mul(1 / (1 - Math.pow(rule.beta2(), step)));
    Transforms.sqrt(root, false).addi(rule.epsilon());
    return first.mul(rate / (1 - Math.pow(rule.beta1(), step))).divi(root);
  }

  private INDArray momentum(double momentum, boolean nesterov) {
    first.muli(momentum).addi(g);
    return nesterov ? g.add(first.mul(momentum)) : first.dup();
  }

  /** Each matrix of a stack for itself. */
  private INDArray orthogonal(INDArray stack) {
    INDArray result = stack.dup('c');
    for (int from = 0; from < stack.rows(); from += parameter.matrixRows()) {
      INDArrayIndex rows = NDArrayIndex.interval(from, from + parameter.matrixRows());
      INDArray matrix = Nd4jOperation.block(stack, rows, NDArrayIndex.all());
      result.get(rows, NDArrayIndex.all()).assign(orthogonalMatrix(matrix));
    }
    return result;
  }

  private static INDArray orthogonalMatrix(INDArray direction) {
    boolean wide = direction.rows() <= direction.columns();
    INDArray x = direction.div(direction.norm2Number().doubleValue() + Update.Muon.SMALL);
    INDArray identity = Nd4j.eye(Math.min(x.rows(), x.columns())).castTo(DataType.FLOAT);
    for (int iteration = 0; iteration < Update.Muon.ITERATIONS; iteration++) {
      INDArray s = product(x, !wide, x, wide);
      INDArray p = product(s, false, s, false).muli(Update.Muon.C);
      p.addi(s.muli(Update.Muon.B)).addi(identity.mul(Update.Muon.A));
      x = wide ? product(p, false, x, false) : product(x, false, p, false);
    }
    return x;
  }
}
