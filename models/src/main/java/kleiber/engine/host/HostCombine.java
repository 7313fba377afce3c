package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.ExpertKernel;
import kleiber.engine.TopExperts;

/** Sums over slots, weighted by gates. */
final class HostCombine extends HostOperation {
  private final int d;
  private final int experts;
  private final int slots;
  private final HostField x;
  private final HostField dx;
  private final HostField gates;
  private final HostField dgates;
  private final HostField y;
  private final HostField dy;

  HostCombine(ExpertKernel.Combine k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    d = k.y_BxTxD().last();
    experts = k.gates_BxTxE().last();
    slots = k.slots();
    x = memory.values(k.x_BxTxKxD());
    dx = memory.gradients(k.x_BxTxKxD());
    gates = memory.values(k.gates_BxTxE());
    dgates = memory.gradients(k.gates_BxTxE());
    y = memory.values(k.y_BxTxD());
    dy = memory.gradients(k.y_BxTxD());
  }

  private int[] chosen(HostTile tile) {
    return TopExperts.ofRows(gates.array(tile), gates.at(tile), rows(tile), experts, slots);
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    int[] chosen = chosen(tile);
    begin(y.array(tile), y.at(tile), rows(tile) * d, false);
    for (int slot = 0; slot < chosen.length; slot++) {
      int row = slot / slots;
      float gate = gates.array(tile)[gates.at(tile) + row * experts + chosen[slot]];
      int from = x.at(tile) + slot * d;
      addTimes(gate, x.array(tile), from, y.array(tile), y.at(tile) + row * d);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int[] chosen = chosen(tile);
    begin(dx.array(tile), dx.at(tile), chosen.length * d, add[0]);
    begin(dgates.array(tile), dgates.at(tile), rows(tile) * experts, add[1]);
    for (int slot = 0; slot < chosen.length; slot++) {
      int row = slot / slots;
      int expert = row * experts + chosen[slot];
      float gate = gates.array(tile)[gates.at(tile) + expert];
      int by = dy.at(tile) + row * d;
      addTimes(gate, dy.array(tile), by, dx.array(tile), dx.at(tile) + slot * d);
      dgates.array(tile)[dgates.at(tile) + expert] +=
          Vectors.dot(dy.array(tile), by, x.array(tile), x.at(tile) + slot * d, d);
    }
  }

  /** Rounds the product and then the sum. */
  private void addTimes(float factor, float[] source, int from, float[] target, int to) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector sum = FloatVector.fromArray(FLOATS, target, to + i, lanes);
      FloatVector term = FloatVector.fromArray(FLOATS, source, from + i, lanes);
      term.mul(factor).add(sum).intoArray(target, to + i, lanes);
    }
  }
}
