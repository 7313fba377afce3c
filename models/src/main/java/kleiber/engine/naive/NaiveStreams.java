package kleiber.engine.naive;

import kleiber.engine.StreamKernel;

/** The kernels of parallel streams, forward and backward, for one member. */
final class NaiveStreams {
  private NaiveStreams() {}

  static void forward(StreamKernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case StreamKernel.Copy k ->
          eachCopied(k, (x, y) -> memory.value(k.y())[y] = memory.value(k.x())[x]);
      case StreamKernel.Prefix k -> prefix(k, memory);
      case StreamKernel.Mix k -> mix(k, memory);
    }
  }

  static void backward(StreamKernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case StreamKernel.Copy k ->
          eachCopied(k, (x, y) -> memory.gradient(k.x())[x] += memory.gradient(k.y())[y]);
      case StreamKernel.Prefix k -> prefixBackward(k, memory);
      case StreamKernel.Mix k -> mixBackward(k, memory);
    }
  }

  private interface Pair {
    void take(int x, int y);
  }

  private static void eachCopied(StreamKernel.Copy k, Pair pair) {
    int columns = k.columns();
    for (int b = 0; b < k.sequences(); b++) {
      for (int p = 0; p < k.streams(); p++) {
        for (int t = 0; t < k.rows(); t++) {
          int x = (b * k.sourceRows() + k.from().at(p, t)) * columns;
          int y = (b * k.targetRows() + k.to().at(p, t)) * columns;
          for (int i = 0; i < columns; i++) {
            pair.take(x + i, y + i);
          }
        }
      }
    }
  }

  private static void prefix(StreamKernel.Prefix k, NaiveMemory memory) {
    double[] x = memory.value(k.x_NxTxF());
    double[] prefix = memory.value(k.prefix_PxSxG());
    double[] y = memory.value(k.y_NxKxF());
    for (int i = 0; i < y.length; i++) {
      int own = ofPrefix(k, i);
      y[i] = isPrefix(k, i) ? own < 0 ? 0 : prefix[own] : x[ofRest(k, i)];
    }
  }

  private static void prefixBackward(StreamKernel.Prefix k, NaiveMemory memory) {
    double[] dx = memory.gradient(k.x_NxTxF());
    double[] dprefix = memory.gradient(k.prefix_PxSxG());
    double[] dy = memory.gradient(k.y_NxKxF());
    for (int i = 0; i < dy.length; i++) {
      if (!isPrefix(k, i)) {
        dx[ofRest(k, i)] += dy[i];
      } else if (ofPrefix(k, i) >= 0) {
        dprefix[ofPrefix(k, i)] += dy[i];
      }
    }
  }

  private static int position(StreamKernel.Prefix k, int i) {
    return i / k.y_NxKxF().last() % (k.prefixed() + k.positions());
  }

  private static int sequence(StreamKernel.Prefix k, int i) {
    return i / k.y_NxKxF().last() / (k.prefixed() + k.positions());
  }

  private static boolean isPrefix(StreamKernel.Prefix k, int i) {
    return position(k, i) < k.prefixed();
  }

  /** Index in the prefixes, negative in the columns that they have not. */
  private static int ofPrefix(StreamKernel.Prefix k, int i) {
    int f = k.y_NxKxF().last();
    int g = k.prefix_PxSxG().last();
    int column = i % f - (f - g);
    int row = sequence(k, i) % k.streams() * k.prefixed() + position(k, i);
    return column < 0 ? -1 : row * g + column;
  }

  private static int ofRest(StreamKernel.Prefix k, int i) {
    int f = k.y_NxKxF().last();
    return (sequence(k, i) * k.positions() + position(k, i) - k.prefixed()) * f + i % f;
  }

  private static void mix(StreamKernel.Mix k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] y = memory.value(k.y_RxD());
    int d = k.y_RxD().last();
    for (int r = 0; r < k.y_RxD().rows(); r++) {
      double[] p = softmax(k, memory, r);
      for (int i = 0; i < d; i++) {
        double sum = 0;
        for (int stream = 0; stream < p.length; stream++) {
          sum += weight(k, p[stream]) * x[(r * p.length + stream) * d + i];
        }
        y[r * d + i] = sum;
      }
    }
  }

  private static void mixBackward(StreamKernel.Mix k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] dx = memory.gradient(k.x_RxF());
    double[] dscores = memory.gradient(k.scores_RxP());
    double[] dy = memory.gradient(k.y_RxD());
    int d = k.y_RxD().last();
    for (int r = 0; r < k.y_RxD().rows(); r++) {
      double[] p = softmax(k, memory, r);
      double[] dp = new double[p.length];
      double expected = 0;
      for (int stream = 0; stream < p.length; stream++) {
        for (int i = 0; i < d; i++) {
          int at = (r * p.length + stream) * d + i;
          dp[stream] += (1 - k.smoothing()) * dy[r * d + i] * x[at];
          dx[at] += weight(k, p[stream]) * dy[r * d + i];
        }
        expected += p[stream] * dp[stream];
      }
      for (int stream = 0; stream < p.length; stream++) {
        dscores[r * p.length + stream] += p[stream] * (dp[stream] - expected);
      }
    }
  }

  private static double weight(StreamKernel.Mix k, double probability) {
    return (1 - k.smoothing()) * probability + k.smoothing() / k.streams();
  }

  private static double[] softmax(StreamKernel.Mix k, NaiveMemory memory, int row) {
    double[] scores = memory.value(k.scores_RxP());
    double logSum = NaiveForward.logSumExp(scores, row * k.streams(), k.streams());
    double[] p = new double[k.streams()];
    for (int stream = 0; stream < p.length; stream++) {
      p[stream] = Math.exp(scores[row * p.length + stream] - logSum);
    }
    return p;
  }
}
