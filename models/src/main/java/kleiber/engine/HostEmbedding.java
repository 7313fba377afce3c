package kleiber.engine;

final class HostEmbedding extends HostOperation {
  private static final int STRIP = 32;

  private final int d;
  private final int[][] tokens;
  private final float[][] table;
  private final float[][] dtable;
  private final float[][] y;
  private final float[][] dy;

  HostEmbedding(Kernel.Embedding k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    d = k.y_BxTxD().last();
    tokens = memory.tokens(k.tokens_BxT());
    table = memory.value(k.table_VxD());
    dtable = memory.gradient(k.table_VxD());
    y = memory.value(k.y_BxTxD());
    dy = memory.gradient(k.y_BxTxD());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    for (int r = from(tile); r < to(tile); r++) {
      System.arraycopy(table[member], tokens[member][r] * d, y[member], r * d, d);
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {}

  /** A piece is a strip of columns: rows are added in order, and no copy of the table is needed. */
  @Override
  int pieces() {
    return Math.ceilDiv(d, STRIP);
  }

  @Override
  void gather(int member, int piece, boolean[] add) {
    int[] ids = tokens[member];
    float[] from = dy[member];
    float[] into = dtable[member];
    int column = piece * STRIP;
    int width = Math.min(STRIP, d - column);
    for (int row = column; row < into.length && !add[1]; row += d) {
      begin(into, row, row + width, false);
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
