package kleiber.engine.host;

import java.util.Arrays;
import kleiber.engine.StreamKernel;

/** A prefix before the positions of its stream, sequence by sequence. */
final class HostPrefix extends HostOperation {
  private final int streams;
  private final int prefixed;
  private final int f;
  private final int g;

  /** Numbers of a sequence's own positions. */
  private final int own;

  /** Numbers of its prefix. */
  private final int before;

  private final HostField x;
  private final HostField dx;
  private final float[][] prefix;
  private final Partials dprefix;
  private final HostField y;
  private final HostField dy;

  HostPrefix(StreamKernel.Prefix k, HostMemory memory) {
    super(memory, k.x_NxTxF().shape().getFirst());
    streams = k.streams();
    prefixed = k.prefixed();
    f = k.x_NxTxF().last();
    g = k.prefix_PxSxG().last();
    own = k.positions() * f;
    before = prefixed * f;
    x = memory.values(k.x_NxTxF());
    dx = memory.gradients(k.x_NxTxF());
    prefix = memory.weights(k.prefix_PxSxG());
    dprefix = partials(k, 1, memory);
    y = memory.values(k.y_NxKxF());
    dy = memory.gradients(k.y_NxKxF());
  }

  /** Where a sequence of the tile has its prefix among all prefixes. */
  private int prefixOf(HostTile tile, int sequence) {
    return (first(tile) + sequence) % streams * prefixed * g;
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] out = y.array(tile);
    for (int sequence = 0; sequence < rows(tile); sequence++) {
      int to = y.at(tile) + sequence * (before + own);
      int from = prefixOf(tile, sequence);
      for (int s = 0; s < prefixed; s++) {
        int row = to + s * f;
        Arrays.fill(out, row, row + f - g, 0);
        System.arraycopy(prefix[tile.member()], from + s * g, out, row + f - g, g);
      }
      System.arraycopy(x.array(tile), x.at(tile) + sequence * own, out, to + before, own);
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    float[] dout = dy.array(tile);
    float[] sums = dprefix.of(tile);
    Arrays.fill(sums, 0);
    for (int sequence = 0; sequence < rows(tile); sequence++) {
      int from = dy.at(tile) + sequence * (before + own);
      int to = prefixOf(tile, sequence);
      for (int s = 0; s < prefixed; s++) {
        pass(dout, from + s * f + f - g, sums, to + s * g, g, true);
      }
      pass(dout, from + before, dx.array(tile), dx.at(tile) + sequence * own, own, add[0]);
    }
  }
}
