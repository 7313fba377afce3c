package kleiber.engine.host;

import java.util.Arrays;
import java.util.Optional;
import kleiber.engine.ExpertKernel;
import kleiber.engine.TopExperts;
import kleiber.engine.blas.Blas;
import kleiber.engine.blas.Blas.Matrix;

/** Expert by expert: the rows of its slots are brought together, multiplied, and taken back. */
final class HostExpertLinear extends HostOperation {
  private final ExpertKernel.Linear k;
  private final int in;
  private final int out;
  private final HostField x;
  private final HostField dx;
  private final HostField gates;
  private final HostField dgates;
  private final float[][] w;
  private final Optional<float[][]> bias;
  private final HostField y;
  private final HostField dy;
  private final float[] ones;
  private final Partials dw;
  private final Optional<Partials> dbias;

  HostExpertLinear(ExpertKernel.Linear k, HostMemory memory) {
    super(memory, k.gates_BxTxE().rows());
    this.k = k;
    in = k.x().last();
    out = k.y_BxTxKxO().last();
    x = memory.values(k.x());
    dx = memory.gradients(k.x());
    gates = memory.values(k.gates_BxTxE());
    dgates = memory.gradients(k.gates_BxTxE());
    w = memory.weights(k.w_ExIxO());
    bias = k.bias_ExO().map(memory::weights);
    y = memory.values(k.y_BxTxKxO());
    dy = memory.gradients(k.y_BxTxKxO());
    int rows = memory.tiling().to(0, k.gates_BxTxE().rows());
    memory.needScratch(rows * Math.max(in, out));
    ones = new float[rows];
    Arrays.fill(ones, 1);
    dw = partials(k, 2, memory);
    dbias = k.bias_ExO().map(_ -> partials(k, 3, memory));
  }

  /** By expert, the slots of a tile that are its own, in order. */
  private int[][] slotsOfExperts(HostTile tile) {
    int rows = rows(tile);
    int[] experts =
        TopExperts.ofRows(gates.array(tile), gates.at(tile), rows, k.experts(), k.slots());
    int[] counts = new int[k.experts()];
    for (int expert : experts) {
      counts[expert]++;
    }
    int[][] slots = new int[k.experts()][];
    Arrays.setAll(slots, expert -> new int[counts[expert]]);
    Arrays.fill(counts, 0);
    for (int slot = 0; slot < experts.length; slot++) {
      slots[experts[slot]][counts[experts[slot]]++] = slot;
    }
    return slots;
  }

  /** Where a slot's row of x begins in its tile. */
  private int rowOfX(int slot) {
    return (k.shared() ? slot / k.slots() : slot) * in;
  }

  private Matrix w_IxO(HostTile tile, int expert) {
    return new Matrix(w[tile.member()], expert * in * out, out);
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    int[][] slotsOfExperts = slotsOfExperts(tile);
    for (int expert = 0; expert < slotsOfExperts.length; expert++) {
      int[] slots = slotsOfExperts[expert];
      if (slots.length == 0) {
        continue;
      }
      Matrix x_NxI = gatherX(tile, slots, scratch.first);
      Matrix y_NxO = new Matrix(scratch.second, 0, out);
      if (bias.isPresent()) {
        float[] rows = bias.get()[tile.member()];
        for (int n = 0; n < slots.length; n++) {
          System.arraycopy(rows, expert * out, scratch.second, n * out, out);
        }
      }
      float beta = bias.isPresent() ? 1 : 0;
      Blas.multiply(slots.length, out, in, 1, x_NxI, w_IxO(tile, expert), beta, y_NxO);
      for (int n = 0; n < slots.length; n++) {
        int to = y.at(tile) + slots[n] * out;
        System.arraycopy(scratch.second, n * out, y.array(tile), to, out);
      }
    }
  }

  private Matrix gatherX(HostTile tile, int[] slots, float[] into) {
    for (int n = 0; n < slots.length; n++) {
      System.arraycopy(x.array(tile), x.at(tile) + rowOfX(slots[n]), into, n * in, in);
    }
    return new Matrix(into, 0, in);
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int rows = rows(tile);
    begin(dx.array(tile), dx.at(tile), rows * (k.shared() ? 1 : k.slots()) * in, add[0]);
    begin(dgates.array(tile), dgates.at(tile), rows * k.experts(), add[1]);
    int[][] slotsOfExperts = slotsOfExperts(tile);
    for (int expert = 0; expert < slotsOfExperts.length; expert++) {
      if (slotsOfExperts[expert].length == 0) {
        begin(dw.of(tile), expert * in * out, in * out, false);
        int at = expert * out;
        dbias.ifPresent(sums -> begin(sums.of(tile), at, out, false));
      } else {
        backward(tile, expert, slotsOfExperts[expert], scratch);
      }
    }
  }

  private void backward(HostTile tile, int expert, int[] slots, HostScratch scratch) {
    int count = slots.length;
    Matrix x_NxI = gatherX(tile, slots, scratch.first);
    for (int n = 0; n < count; n++) {
      int from = dy.at(tile) + slots[n] * out;
      System.arraycopy(dy.array(tile), from, scratch.second, n * out, out);
    }
    Matrix dy_NxO = new Matrix(scratch.second, 0, out);
    Matrix dx_NxI = new Matrix(scratch.third, 0, in);
    Blas.multiply(count, in, out, 1, dy_NxO, w_IxO(tile, expert).transpose(), 0, dx_NxI);
    for (int n = 0; n < count; n++) {
      int to = dx.at(tile) + rowOfX(slots[n]);
      pass(scratch.third, n * in, dx.array(tile), to, in, true);
    }
    Matrix dw_IxO = new Matrix(dw.of(tile), expert * in * out, out);
    Blas.multiply(in, out, count, 1, x_NxI.transpose(), dy_NxO, 0, dw_IxO);
    if (dbias.isPresent()) {
      Matrix ones_1xN = new Matrix(ones, 0, count);
      Matrix dbias_1xO = new Matrix(dbias.get().of(tile), expert * out, out);
      Blas.multiply(1, out, count, 1, ones_1xN, dy_NxO, 0, dbias_1xO);
    }
  }
}
