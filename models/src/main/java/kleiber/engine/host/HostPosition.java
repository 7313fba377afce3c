package kleiber.engine.host;

import kleiber.engine.Kernel;

final class HostPosition extends HostOperation {
  private static final int PIECE = 4096;

  private final int d;
  private final HostField x;
  private final HostField dx;
  private final float[][] table;
  private final float[][] dtable;
  private final HostField y;
  private final HostField dy;

  HostPosition(Kernel.Position k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    d = k.y_BxTxD().last();
    x = memory.values(k.x_BxTxD());
    dx = memory.gradients(k.x_BxTxD());
    table = memory.weights(k.table_TxD());
    dtable = memory.weightGradients(k.table_TxD());
    y = memory.values(k.y_BxTxD());
    dy = memory.gradients(k.y_BxTxD());
    memory.needWholeGradient(k.y_BxTxD());
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] positions = table[tile.member()];
    float[] sum = y.array(tile);
    for (int at = 0; at < rows(tile) * d; at += positions.length) {
      int into = y.at(tile) + at;
      System.arraycopy(positions, 0, sum, into, positions.length);
      pass(in, x.at(tile) + at, sum, into, positions.length, true);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    int length = rows(tile) * d;
    pass(dy.array(tile), dy.at(tile), dx.array(tile), dx.at(tile), length, add[0]);
  }

  /** A piece is a stretch of the table: sequences are added in order. */
  @Override
  int pieces() {
    return Math.ceilDiv(table[0].length, PIECE);
  }

  @Override
  void gather(int member, int piece, boolean[] add) {
    float[] source = dy.whole(member);
    float[] into = dtable[member];
    int from = piece * PIECE;
    int to = Math.min(into.length, from + PIECE);
    begin(into, from, to - from, add[1]);
    for (int start = 0; start < source.length; start += into.length) {
      for (int i = from; i < to; i++) {
        into[i] += source[start + i];
      }
    }
  }
}
