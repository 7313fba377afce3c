package kleiber.engine.naive;

import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.NormalDistribution;
import kleiber.engine.StreamKernel;

/** Every kernel backward, for one member. Adds to the gradients of the inputs. */
final class NaiveBackward {
  private NaiveBackward() {}

  static void run(Kernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case Kernel.Embedding k -> embedding(k, memory);
      case Kernel.Position k -> position(k, memory);
      case Kernel.Rotary k -> rotary(k, memory);
      case Kernel.Norm k -> norm(k, memory);
      case Kernel.Linear k -> linear(k, memory);
      case Kernel.Attention k -> attention(k, memory);
      case Kernel.Activation k -> activation(k, memory);
      case Kernel.Gate k -> gate(k, memory);
      case Kernel.Add k -> add(k, memory);
      case Kernel.CrossEntropy k -> crossEntropy(k, memory);
      case StreamKernel k -> NaiveStreams.backward(k, memory);
      case ExpertKernel k -> NaiveExperts.backward(k, memory);
    }
  }

  private static void embedding(Kernel.Embedding k, NaiveMemory memory) {
    int[] tokens = memory.tokens(k.tokens_BxT());
    double[] dtable = memory.gradient(k.table_VxD());
    double[] dy = memory.gradient(k.y_BxTxD());
    int d = k.y_BxTxD().last();
    for (int r = 0; r < tokens.length; r++) {
      for (int i = 0; i < d; i++) {
        dtable[tokens[r] * d + i] += dy[r * d + i];
      }
    }
  }

  private static void position(Kernel.Position k, NaiveMemory memory) {
    double[] dx = memory.gradient(k.x_BxTxD());
    double[] dtable = memory.gradient(k.table_TxD());
    double[] dy = memory.gradient(k.y_BxTxD());
    for (int i = 0; i < dy.length; i++) {
      dx[i] += dy[i];
      dtable[i % dtable.length] += dy[i];
    }
  }

  private static void rotary(Kernel.Rotary k, NaiveMemory memory) {
    double[] dy = memory.gradient(k.y_BxTxF());
    double[] dx = memory.gradient(k.x_BxTxF());
    double[] turnedBack = new double[dy.length];
    NaiveForward.rotate(k, -1, dy, turnedBack);
    for (int i = 0; i < dx.length; i++) {
      dx[i] += turnedBack[i];
    }
  }

  private static void norm(Kernel.Norm k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] gain = memory.value(k.gain_GxD());
    double[] dx = memory.gradient(k.x_RxF());
    double[] dgain = memory.gradient(k.gain_GxD());
    double[] dy = memory.gradient(k.y_RxF());
    int d = k.gain_GxD().last();
    int perRow = k.x_RxF().last() / d;
    for (int group = 0; group < x.length / d; group++) {
      int from = group * d;
      if (group % perRow >= k.groups()) {
        for (int i = 0; i < d; i++) {
          dx[from + i] += dy[from + i];
        }
        continue;
      }
      double mean = k.centred() ? NaiveForward.mean(x, from, d) : 0;
      double scale = NaiveForward.scale(x, from, d, mean, k.epsilon());
      int set = group % perRow * k.gain_GxD().rows() / k.groups();
      double meanOfGradient = 0;
      double meanOfProduct = 0;
      for (int i = 0; i < d; i++) {
        double normalized = (x[from + i] - mean) * scale;
        double dnormalized = dy[from + i] * gain[set * d + i];
        meanOfGradient += dnormalized / d;
        meanOfProduct += dnormalized * normalized / d;
        dgain[set * d + i] += dy[from + i] * normalized;
        if (k.bias_GxD().isPresent()) {
          memory.gradient(k.bias_GxD().get())[set * d + i] += dy[from + i];
        }
      }
      for (int i = 0; i < d; i++) {
        double normalized = (x[from + i] - mean) * scale;
        double dnormalized = dy[from + i] * gain[set * d + i];
        double centre = k.centred() ? meanOfGradient : 0;
        dx[from + i] += scale * (dnormalized - centre - normalized * meanOfProduct);
      }
    }
  }

  private static void linear(Kernel.Linear k, NaiveMemory memory) {
    double[] x = k.precision().round(memory.value(k.x_RxI()));
    double[] w = k.precision().round(memory.value(k.w()));
    double[] dx = memory.gradient(k.x_RxI());
    double[] dw = memory.gradient(k.w());
    double[] dy = memory.gradient(k.y_RxO());
    double[] roundedDy = k.precision().round(dy);
    int in = k.x_RxI().last();
    int out = k.y_RxO().last();
    for (int r = 0; r < k.y_RxO().rows(); r++) {
      for (int o = 0; o < out; o++) {
        double g = roundedDy[r * out + o];
        for (int i = 0; i < in; i++) {
          int at = k.transposed() ? o * in + i : i * out + o;
          dx[r * in + i] += g * w[at];
          dw[at] += g * x[r * in + i];
        }
        if (k.bias_O().isPresent()) {
          memory.gradient(k.bias_O().get())[o] += dy[r * out + o];
        }
      }
    }
  }

  private static void attention(Kernel.Attention k, NaiveMemory memory) {
    double[] qkv = memory.value(k.qkv_BxTxF());
    double[] dqkv = memory.gradient(k.qkv_BxTxF());
    double[] dy = memory.gradient(k.y_BxTxD());
    int d = k.y_BxTxD().last();
    int width = k.headWidth();
    for (int row = 0; row < k.y_BxTxD().rows(); row++) {
      int first = NaiveForward.firstSeen(k, row);
      for (int head = 0; head < k.heads(); head++) {
        double[] p = NaiveForward.probabilities(k, qkv, row, head);
        double[] dp = new double[p.length];
        double expected = 0;
        for (int s = 0; s < p.length; s++) {
          int v = NaiveForward.value(k, first + s, head);
          for (int i = 0; i < width; i++) {
            double g = dy[row * d + head * width + i];
            dp[s] += g * qkv[v + i];
            dqkv[v + i] += g * p[s];
          }
          expected += p[s] * dp[s];
        }
        int q = NaiveForward.query(k, row, head);
        for (int s = 0; s < p.length; s++) {
          double dscore = p[s] * (dp[s] - expected) * k.scale();
          int key = NaiveForward.key(k, first + s, head);
          for (int i = 0; i < width; i++) {
            dqkv[q + i] += dscore * qkv[key + i];
            dqkv[key + i] += dscore * qkv[q + i];
          }
        }
      }
    }
  }

  private static void activation(Kernel.Activation k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] dx = memory.gradient(k.x_RxF());
    double[] dy = memory.gradient(k.y_RxF());
    for (int i = 0; i < x.length; i++) {
      double slope =
          switch (k.function()) {
            case GELU -> {
              double s = NaiveForward.sigmoid(2 * tanhArgument(x[i]));
              double inner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x[i] * x[i]);
              yield s + x[i] * s * (1 - s) * 2 * inner;
            }
            case GELU_ERF ->
                NormalDistribution.cumulative(x[i]) + x[i] * NormalDistribution.density(x[i]);
          };
      dx[i] += dy[i] * slope;
    }
  }

  /** u of GELU's tanh(u); 1 + tanh(u) = 2 sigmoid(2u), which keeps its digits where u is low. */
  static double tanhArgument(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }

  private static void gate(Kernel.Gate k, NaiveMemory memory) {
    double[] x = memory.value(k.x_Rx2F());
    double[] dx = memory.gradient(k.x_Rx2F());
    double[] dy = memory.gradient(k.y_RxF());
    int f = k.y_RxF().last();
    for (int i = 0; i < dy.length; i++) {
      int a = i / f * 2 * f + i % f;
      double s = NaiveForward.sigmoid(x[a]);
      dx[a] += dy[i] * x[a + f] * s * (1 + x[a] * (1 - s));
      dx[a + f] += dy[i] * x[a] * s;
    }
  }

  private static void add(Kernel.Add k, NaiveMemory memory) {
    double[] da = memory.gradient(k.a_RxD());
    double[] db = memory.gradient(k.b_RxD());
    double[] dy = memory.gradient(k.y_RxD());
    for (int i = 0; i < dy.length; i++) {
      da[i] += dy[i];
      db[i] += dy[i];
    }
  }

  private static void crossEntropy(Kernel.CrossEntropy k, NaiveMemory memory) {
    double[] logits = NaiveForward.scaled(k, memory);
    double[] dlogits = memory.gradient(k.logits_BxTxV());
    int[] targets = memory.tokens(k.targets_BxT());
    int v = k.logits_BxTxV().last();
    for (int r = 0; r < targets.length; r++) {
      if (targets[r] == Kernel.CrossEntropy.UNSCORED) {
        continue;
      }
      double logSum = NaiveForward.logSumExp(logits, r * v, v);
      for (int i = 0; i < v; i++) {
        double probability = Math.exp(logits[r * v + i] - logSum);
        double ofZ = 2 * k.zLoss() * logSum * probability;
        double g = probability - (i == targets[r] ? 1 : 0) + ofZ;
        dlogits[r * v + i] += k.scale() * g / k.scored();
      }
    }
  }
}
