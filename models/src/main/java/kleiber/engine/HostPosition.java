package kleiber.engine;

final class HostPosition extends HostOperation {
  private static final int PIECE = 4096;

  private final int d;
  private final float[][] x;
  private final float[][] dx;
  private final float[][] table;
  private final float[][] dtable;
  private final float[][] y;
  private final float[][] dy;

  HostPosition(Kernel.Position k, HostMemory memory) {
    super(memory, k.y_BxTxD().rows());
    d = k.y_BxTxD().last();
    x = memory.value(k.x_BxTxD());
    dx = memory.gradient(k.x_BxTxD());
    table = memory.value(k.table_TxD());
    dtable = memory.gradient(k.table_TxD());
    y = memory.value(k.y_BxTxD());
    dy = memory.gradient(k.y_BxTxD());
  }

  @Override
  void forward(int member, int tile, HostScratch scratch) {
    float[] a = x[member];
    float[] b = table[member];
    float[] sum = y[member];
    for (int start = from(tile) * d; start < to(tile) * d; start += b.length) {
      System.arraycopy(b, 0, sum, start, b.length);
      pass(a, sum, start, start + b.length, true);
    }
  }

  @Override
  void backward(int member, int tile, boolean[] add, HostScratch scratch) {
    pass(dy[member], dx[member], from(tile) * d, to(tile) * d, add[0]);
  }

  /** A piece is a stretch of the table: sequences are added in order. */
  @Override
  int pieces() {
    return Math.ceilDiv(table[0].length, PIECE);
  }

  @Override
  void gather(int member, int piece, boolean[] add) {
    float[] source = dy[member];
    float[] into = dtable[member];
    int from = piece * PIECE;
    int to = Math.min(into.length, from + PIECE);
    begin(into, from, to, add[1]);
    for (int start = 0; start < source.length; start += into.length) {
      for (int i = from; i < to; i++) {
        into[i] += source[start + i];
      }
    }
  }
}
