package kleiber.engine.host;

import java.util.Arrays;
import kleiber.engine.ExpertKernel;
import kleiber.engine.TopExperts;

/** The router, row by row, in double: it is a sliver of a step, and its choices are delicate. */
final class HostRoute extends HostOperation {
  private final ExpertKernel.Route k;
  private final int experts;
  private final int positions;
  private final HostField logits;
  private final HostField dlogits;
  private final HostField gates;
  private final HostField dgates;
  // By row, kept for the backward pass.
  private final HostField probabilities;
  private final HostField logSums;

  HostRoute(ExpertKernel.Route k, HostMemory memory) {
    super(memory, k.logits_BxTxE().rows());
    this.k = k;
    experts = k.logits_BxTxE().last();
    positions = k.logits_BxTxE().shape().get(1);
    logits = memory.values(k.logits_BxTxE());
    dlogits = memory.gradients(k.logits_BxTxE());
    gates = memory.values(k.gates_BxTxE());
    dgates = memory.gradients(k.gates_BxTxE());
    probabilities = memory.field(k.logits_BxTxE().rows(), experts);
    logSums = memory.field(k.logits_BxTxE().rows(), 1);
  }

  private int[] chosen(HostTile tile) {
    return TopExperts.ofRows(logits.array(tile), logits.at(tile), rows(tile), experts, k.chosen());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] out = gates.array(tile);
    begin(out, gates.at(tile), rows(tile) * experts, false);
    int[] chosen = chosen(tile);
    float[] p = probabilities.array(tile);
    for (int r = 0; r < rows(tile); r++) {
      int row = probabilities.at(tile) + r * experts;
      logSums.array(tile)[logSums.at(tile) + r] =
          (float) softmax(logits.array(tile), logits.at(tile) + r * experts, p, row);
      double sum = 0;
      for (int slot = r * k.chosen(); slot < (r + 1) * k.chosen(); slot++) {
        sum += p[row + chosen[slot]];
      }
      for (int slot = r * k.chosen(); slot < (r + 1) * k.chosen(); slot++) {
        float gate = p[row + chosen[slot]];
        out[gates.at(tile) + r * experts + chosen[slot]] =
            k.renormalized() ? (float) (gate / sum) : gate;
      }
    }
  }

  /** Of a row of scaled logits; the logarithm of its sum. */
  private double softmax(float[] in, int at, float[] p, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int e = 0; e < experts; e++) {
      max = Math.max(max, in[at + e]);
    }
    double sum = 0;
    for (int e = 0; e < experts; e++) {
      sum += StrictMath.exp(k.scale() * (in[at + e] - max));
    }
    for (int e = 0; e < experts; e++) {
      p[to + e] = (float) (StrictMath.exp(k.scale() * (in[at + e] - max)) / sum);
    }
    return k.scale() * max + StrictMath.log(sum);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    begin(dlogits.array(tile), dlogits.at(tile), rows(tile) * experts, add[0]);
    int[] chosen = chosen(tile);
    double[] shares = new double[experts];
    for (int r = 0; r < rows(tile); r++) {
      if (r % positions == 0) {
        shares(chosen, r, shares);
      }
      fromGates(tile, r, chosen);
      if (k.balance() != 0 || k.zLoss() != 0) {
        fromObjective(tile, r, shares);
      }
    }
  }

  /** Of the slots of the sequence that begins at a row. */
  private void shares(int[] chosen, int first, double[] shares) {
    Arrays.fill(shares, 0);
    int slots = positions * k.chosen();
    for (int slot = first * k.chosen(); slot < first * k.chosen() + slots; slot++) {
      shares[chosen[slot]] += 1.0 / slots;
    }
  }

  private void fromGates(HostTile tile, int r, int[] chosen) {
    float[] dg = dgates.array(tile);
    float[] g = gates.array(tile);
    float[] dl = dlogits.array(tile);
    int row = r * experts;
    double expected = 0;
    for (int slot = r * k.chosen(); slot < (r + 1) * k.chosen(); slot++) {
      int at = row + chosen[slot];
      expected += (double) g[gates.at(tile) + at] * dg[dgates.at(tile) + at];
    }
    float[] weights = k.renormalized() ? g : probabilities.array(tile);
    int at = k.renormalized() ? gates.at(tile) : probabilities.at(tile);
    for (int e = 0; e < experts; e++) {
      dl[dlogits.at(tile) + row + e] -= (float) (k.scale() * weights[at + row + e] * expected);
    }
    for (int slot = r * k.chosen(); slot < (r + 1) * k.chosen(); slot++) {
      int of = row + chosen[slot];
      dl[dlogits.at(tile) + of] +=
          (float) (k.scale() * weights[at + of] * dg[dgates.at(tile) + of]);
    }
  }

  private void fromObjective(HostTile tile, int r, double[] shares) {
    float[] p = probabilities.array(tile);
    float[] dl = dlogits.array(tile);
    int row = probabilities.at(tile) + r * experts;
    double mean = 0;
    for (int e = 0; e < experts; e++) {
      mean += shares[e] * p[row + e];
    }
    double each = k.scale() / k.logits_BxTxE().rows();
    double ofZ = 2 * k.zLoss() * logSums.array(tile)[logSums.at(tile) + r];
    for (int e = 0; e < experts; e++) {
      double slope = k.balance() * experts * (shares[e] - mean) + ofZ;
      dl[dlogits.at(tile) + r * experts + e] += (float) (each * p[row + e] * slope);
    }
  }
}
