package kleiber.engine.host;

import kleiber.engine.Kernel;

final class HostEmbedding extends HostOperation {
  private static final int STRIP = 32;

  private final int d;
  private final int[][] tokens;
  private final float[][] table;
  private final float[][] dtable;
  private final HostField y;
  private final HostField dy;

  HostEmbedding(Kernel.Embedding k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    d = k.y_BxTxD().last();
    tokens = memory.tokens(k.tokens_BxT());
    table = memory.weights(k.table_VxD());
    dtable = memory.weightGradients(k.table_VxD());
    y = memory.values(k.y_BxTxD());
    dy = memory.gradients(k.y_BxTxD());
    memory.needWholeGradient(k.y_BxTxD());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] rows = table[tile.member()];
    int[] ids = tokens[tile.member()];
    for (int r = 0; r < rows(tile); r++) {
      System.arraycopy(rows, ids[first(tile) + r] * d, y.array(tile), y.at(tile) + r * d, d);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {}

  /** A piece is a strip of columns: rows are added in order, and no copy of the table is needed. */
  @Override
  int pieces() {
    return Math.ceilDiv(d, STRIP);
  }

  @Override
  void gather(int member, int piece, boolean[] add) {
    int[] ids = tokens[member];
    float[] from = dy.whole(member);
    float[] into = dtable[member];
    int column = piece * STRIP;
    int width = Math.min(STRIP, d - column);
    for (int row = column; row < into.length && !add[1]; row += d) {
      begin(into, row, width, false);
    }
    for (int r = 0; r < ids.length; r++) {
      int source = r * d + column;
      int target = ids[r] * d + column;
      for (int i = 0; i < width; i++) {
        into[target + i] += from[source + i];
      }
    }
  }
}
