package kleiber.engine.host;

import kleiber.engine.StreamKernel;

/** Copied rows, as many at once as lie one after another on both sides. */
final class HostCopy extends HostOperation {
  private final StreamKernel.Copy k;
  private final int columns;
  private final int sourceRows;
  private final int targetRows;

  /** Rows that lie one after another on both sides, and go together. */
  private final int together;

  private final HostField x;
  private final HostField dx;
  private final HostField y;
  private final HostField dy;

  HostCopy(StreamKernel.Copy k, HostMemory memory) {
    super(memory, k.sequences());
    this.k = k;
    columns = k.columns();
    sourceRows = k.sourceRows();
    targetRows = k.targetRows();
    together = k.from().byRow() == 1 && k.to().byRow() == 1 ? k.rows() : 1;
    x = memory.values(k.x());
    dx = memory.gradients(k.x());
    y = memory.values(k.y());
    dy = memory.gradients(k.y());
  }

  private interface Pair {
    void take(int x, int y);
  }

  /** Places of rows that go together, counted from the first row of the tile. */
  private void eachCopied(HostTile tile, Pair pair) {
    for (int sequence = 0; sequence < rows(tile); sequence++) {
      for (int p = 0; p < k.streams(); p++) {
        for (int t = 0; t < k.rows(); t += together) {
          pair.take(
              (sequence * sourceRows + k.from().at(p, t)) * columns,
              (sequence * targetRows + k.to().at(p, t)) * columns);
        }
      }
    }
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] out = y.array(tile);
    int length = together * columns;
    eachCopied(
        tile, (from, to) -> System.arraycopy(in, x.at(tile) + from, out, y.at(tile) + to, length));
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    float[] din = dx.array(tile);
    float[] dout = dy.array(tile);
    begin(din, dx.at(tile), rows(tile) * sourceRows * columns, add[0]);
    eachCopied(
        tile,
        (from, to) ->
            pass(dout, dy.at(tile) + to, din, dx.at(tile) + from, together * columns, true));
  }
}
