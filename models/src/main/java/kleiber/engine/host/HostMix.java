package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import kleiber.engine.StreamKernel;

/** A weighted mean of streams, row by row. */
final class HostMix extends HostOperation {
  private final int d;
  private final int streams;
  private final float kept;
  private final float least;
  private final HostField x;
  private final HostField dx;
  private final HostField scores;
  private final HostField dscores;
  private final HostField y;
  private final HostField dy;

  HostMix(StreamKernel.Mix k, HostMemory memory) {
    super(memory, k.y_RxD().rows());
    d = k.y_RxD().last();
    streams = k.streams();
    kept = (float) (1 - k.smoothing());
    least = (float) (k.smoothing() / streams);
    x = memory.values(k.x_RxF());
    dx = memory.gradients(k.x_RxF());
    scores = memory.values(k.scores_RxP());
    dscores = memory.gradients(k.scores_RxP());
    y = memory.values(k.y_RxD());
    dy = memory.gradients(k.y_RxD());
    memory.needScratch(streams);
  }

  @Override
  void forward(HostTile tile, HostScratch scratch) {
    float[] in = x.array(tile);
    float[] out = y.array(tile);
    float[] p = scratch.first;
    begin(out, y.at(tile), rows(tile) * d, false);
    for (int r = 0; r < rows(tile); r++) {
      softmax(tile, r, p);
      for (int stream = 0; stream < streams; stream++) {
        int from = x.at(tile) + (r * streams + stream) * d;
        addTo(out, y.at(tile) + r * d, kept * p[stream] + least, in, from);
      }
    }
  }

  @Override
  void backward(HostTile tile, boolean[] add, HostScratch scratch) {
    float[] dout = dy.array(tile);
    float[] p = scratch.first;
    float[] dp = scratch.second;
    begin(dx.array(tile), dx.at(tile), rows(tile) * streams * d, add[0]);
    begin(dscores.array(tile), dscores.at(tile), rows(tile) * streams, add[1]);
    for (int r = 0; r < rows(tile); r++) {
      softmax(tile, r, p);
      int by = dy.at(tile) + r * d;
      float expected = 0;
      for (int stream = 0; stream < streams; stream++) {
        int row = (r * streams + stream) * d;
        dp[stream] = kept * Vectors.dot(dout, by, x.array(tile), x.at(tile) + row, d);
        expected += p[stream] * dp[stream];
        addTo(dx.array(tile), dx.at(tile) + row, kept * p[stream] + least, dout, by);
      }
      int into = dscores.at(tile) + r * streams;
      for (int stream = 0; stream < streams; stream++) {
        dscores.array(tile)[into + stream] += p[stream] * (dp[stream] - expected);
      }
    }
  }

  private void softmax(HostTile tile, int row, float[] p) {
    float[] of = scores.array(tile);
    int at = scores.at(tile) + row * streams;
    float max = of[at];
    for (int stream = 1; stream < streams; stream++) {
      max = Math.max(max, of[at + stream]);
    }
    float sum = 0;
    for (int stream = 0; stream < streams; stream++) {
      p[stream] = (float) StrictMath.exp(of[at + stream] - max);
      sum += p[stream];
    }
    for (int stream = 0; stream < streams; stream++) {
      p[stream] /= sum;
    }
  }

  /** Rounds once, the product being added as it is. */
  private void addTo(float[] into, int at, float weight, float[] from, int start) {
    for (int i = 0; i < d; i += LANES) {
      VectorMask<Float> lanes = FLOATS.indexInRange(i, d);
      FloatVector sum = FloatVector.fromArray(FLOATS, into, at + i, lanes);
      FloatVector.fromArray(FLOATS, from, start + i, lanes)
          .fma(FloatVector.broadcast(FLOATS, weight), sum)
          .intoArray(into, at + i, lanes);
    }
  }
}
