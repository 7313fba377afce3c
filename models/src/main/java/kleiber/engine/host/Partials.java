package kleiber.engine.host;

import kleiber.engine.Tensor;

/** The gradient of a parameter, one sum for each tile, added up in the order of the tiles. */
final class Partials {
  private static final int PIECE = 16_384;

  private final int input;
  private final int size;
  private final float[][] gradient;
  private final float[][][] sums;

  /**
   * @param input index of the parameter among its kernel's inputs
   */
  Partials(Tensor parameter, int input, HostMemory memory) {
    this.input = input;
    this.size = parameter.size();
    this.gradient = memory.weightGradients(parameter);
    this.sums = new float[memory.members()][memory.tiling().tiles()][size];
  }

  /** Where a tile leaves its sum. */
  float[] of(HostTile tile) {
    return sums[tile.member()][tile.index()];
  }

  int pieces() {
    return Math.ceilDiv(size, PIECE);
  }

  void gather(int member, int piece, boolean[] add) {
    int from = piece * PIECE;
    int to = Math.min(size, from + PIECE);
    HostOperation.begin(gradient[member], from, to - from, add[input]);
    for (float[] sum : sums[member]) {
      HostOperation.pass(sum, from, gradient[member], from, to - from, true);
    }
  }
}
