package kleiber.engine.naive;

import java.util.Arrays;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.NormalDistribution;
import kleiber.engine.StreamKernel;

/** Every kernel forward, for one member, as its definition reads. */
final class NaiveForward {
  private NaiveForward() {}

  static void run(Kernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case Kernel.Embedding k -> embedding(k, memory);
      case Kernel.Position k -> position(k, memory);
      case Kernel.Rotary k -> rotate(k, 1, memory.value(k.x_BxTxF()), memory.value(k.y_BxTxF()));
      case Kernel.Norm k -> norm(k, memory);
      case Kernel.Linear k -> linear(k, memory);
      case Kernel.Attention k -> attention(k, memory);
      case Kernel.Activation k -> activation(k, memory);
      case Kernel.Gate k -> gate(k, memory);
      case Kernel.Add k -> add(k, memory);
      case Kernel.CrossEntropy k -> crossEntropy(k, memory);
      case StreamKernel k -> NaiveStreams.forward(k, memory);
      case ExpertKernel k -> NaiveExperts.forward(k, memory);
    }
  }

  private static void embedding(Kernel.Embedding k, NaiveMemory memory) {
    int[] tokens = memory.tokens(k.tokens_BxT());
    double[] table = memory.value(k.table_VxD());
    double[] y = memory.value(k.y_BxTxD());
    int d = k.y_BxTxD().last();
    for (int r = 0; r < tokens.length; r++) {
      for (int i = 0; i < d; i++) {
        y[r * d + i] = table[tokens[r] * d + i];
      }
    }
  }

  private static void position(Kernel.Position k, NaiveMemory memory) {
    double[] x = memory.value(k.x_BxTxD());
    double[] table = memory.value(k.table_TxD());
    double[] y = memory.value(k.y_BxTxD());
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] + table[i % table.length];
    }
  }

  /** Adds nothing: y is overwritten. A direction of −1 turns back. */
  static void rotate(Kernel.Rotary k, int direction, double[] x, double[] y) {
    int f = k.x_BxTxF().last();
    int positions = k.x_BxTxF().shape().get(1);
    int half = k.headWidth() / 2;
    System.arraycopy(x, 0, y, 0, x.length);
    for (int r = 0; r < x.length / f; r++) {
      for (int group = 0; group < k.rotated(); group++) {
        for (int i = 0; i < half; i++) {
          double frequency = Math.pow(k.base(), -2.0 * i / k.headWidth());
          double angle = direction * (r % positions) * frequency;
          int a = r * f + group * k.headWidth() + i;
          int b = a + half;
          y[a] = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
          y[b] = x[a] * Math.sin(angle) + x[b] * Math.cos(angle);
        }
      }
    }
  }

  private static void norm(Kernel.Norm k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] gain = memory.value(k.gain_GxD());
    double[] y = memory.value(k.y_RxF());
    int d = k.gain_GxD().last();
    int perRow = k.x_RxF().last() / d;
    for (int group = 0; group < x.length / d; group++) {
      if (group % perRow >= k.groups()) {
        System.arraycopy(x, group * d, y, group * d, d);
        continue;
      }
      double mean = k.centred() ? mean(x, group * d, d) : 0;
      double scale = scale(x, group * d, d, mean, k.epsilon());
      int set = group % perRow * k.gain_GxD().rows() / k.groups();
      for (int i = 0; i < d; i++) {
        double bias = k.bias_GxD().isPresent() ? memory.value(k.bias_GxD().get())[set * d + i] : 0;
        y[group * d + i] = (x[group * d + i] - mean) * scale * gain[set * d + i] + bias;
      }
    }
  }

  static double mean(double[] x, int from, int length) {
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += x[i];
    }
    return sum / length;
  }

  /** 1 / sqrt(mean((x − mean)²) + ε). */
  static double scale(double[] x, int from, int length, double mean, double epsilon) {
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      squares += (x[i] - mean) * (x[i] - mean);
    }
    return 1 / Math.sqrt(squares / length + epsilon);
  }

  private static void linear(Kernel.Linear k, NaiveMemory memory) {
    double[] x = k.precision().round(memory.value(k.x_RxI()));
    double[] w = k.precision().round(memory.value(k.w()));
    double[] y = memory.value(k.y_RxO());
    int in = k.x_RxI().last();
    int out = k.y_RxO().last();
    for (int r = 0; r < k.y_RxO().rows(); r++) {
      for (int o = 0; o < out; o++) {
        double sum = k.bias_O().isPresent() ? memory.value(k.bias_O().get())[o] : 0;
        for (int i = 0; i < in; i++) {
          sum += x[r * in + i] * (k.transposed() ? w[o * in + i] : w[i * out + o]);
        }
        y[r * out + o] = sum;
      }
    }
  }

  private static void attention(Kernel.Attention k, NaiveMemory memory) {
    double[] qkv = memory.value(k.qkv_BxTxF());
    double[] y = memory.value(k.y_BxTxD());
    int d = k.y_BxTxD().last();
    int width = k.headWidth();
    Arrays.fill(y, 0);
    for (int row = 0; row < k.y_BxTxD().rows(); row++) {
      for (int head = 0; head < k.heads(); head++) {
        double[] p = probabilities(k, qkv, row, head);
        for (int s = 0; s < p.length; s++) {
          for (int i = 0; i < width; i++) {
            y[row * d + head * width + i] += p[s] * qkv[value(k, firstSeen(k, row) + s, head) + i];
          }
        }
      }
    }
  }

  /** The first row that a query row sees. */
  static int firstSeen(Kernel.Attention k, int row) {
    int position = row % k.qkv_BxTxF().shape().get(1);
    return row - (k.causal() ? Math.min(position, k.window() - 1) : position);
  }

  /** The last row that a query row sees. */
  static int lastSeen(Kernel.Attention k, int row) {
    int positions = k.qkv_BxTxF().shape().get(1);
    return k.causal() ? row : row - row % positions + positions - 1;
  }

  /** Where a row's query of a head begins. */
  static int query(Kernel.Attention k, int row, int head) {
    return row * k.qkv_BxTxF().last() + head * k.headWidth();
  }

  /** Where a row's key for a head of queries begins. */
  static int key(Kernel.Attention k, int row, int head) {
    return query(k, row, k.heads() + head / k.sharing());
  }

  /** Where a row's value for a head of queries begins. */
  static int value(Kernel.Attention k, int row, int head) {
    return query(k, row, k.heads() + k.keyHeads() + head / k.sharing());
  }

  /** How much a query row attends to each row from the first that it sees to the last. */
  static double[] probabilities(Kernel.Attention k, double[] qkv, int row, int head) {
    int first = firstSeen(k, row);
    double[] p = new double[lastSeen(k, row) - first + 1];
    for (int s = 0; s < p.length; s++) {
      double dot = 0;
      for (int i = 0; i < k.headWidth(); i++) {
        dot += qkv[query(k, row, head) + i] * qkv[key(k, first + s, head) + i];
      }
      p[s] = dot * k.scale();
    }
    double logSum = logSumExp(p, 0, p.length);
    for (int s = 0; s < p.length; s++) {
      p[s] = Math.exp(p[s] - logSum);
    }
    return p;
  }

  /** The logits of which the softmax is taken. */
  static double[] scaled(Kernel.CrossEntropy k, NaiveMemory memory) {
    double[] logits = memory.value(k.logits_BxTxV());
    return Arrays.stream(logits).map(each -> k.scale() * each).toArray();
  }

  static double logSumExp(double[] x, int from, int length) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      max = Math.max(max, x[i]);
    }
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      sum += Math.exp(x[i] - max);
    }
    return max + Math.log(sum);
  }

  private static void activation(Kernel.Activation k, NaiveMemory memory) {
    double[] x = memory.value(k.x_RxF());
    double[] y = memory.value(k.y_RxF());
    for (int i = 0; i < x.length; i++) {
      y[i] =
          switch (k.function()) {
            case GELU -> x[i] * sigmoid(2 * NaiveBackward.tanhArgument(x[i]));
            case GELU_ERF -> x[i] * NormalDistribution.cumulative(x[i]);
          };
    }
  }

  private static void gate(Kernel.Gate k, NaiveMemory memory) {
    double[] x = memory.value(k.x_Rx2F());
    double[] y = memory.value(k.y_RxF());
    int f = k.y_RxF().last();
    for (int i = 0; i < y.length; i++) {
      int a = i / f * 2 * f + i % f;
      y[i] = x[a] * sigmoid(x[a]) * x[a + f];
    }
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static void add(Kernel.Add k, NaiveMemory memory) {
    double[] a = memory.value(k.a_RxD());
    double[] b = memory.value(k.b_RxD());
    double[] y = memory.value(k.y_RxD());
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] + b[i];
    }
  }

  private static void crossEntropy(Kernel.CrossEntropy k, NaiveMemory memory) {
    double[] logits = scaled(k, memory);
    int[] targets = memory.tokens(k.targets_BxT());
    double[] loss = memory.value(k.loss_BxT());
    int v = k.logits_BxTxV().last();
    for (int r = 0; r < loss.length; r++) {
      loss[r] =
          targets[r] == Kernel.CrossEntropy.UNSCORED
              ? 0
              : logSumExp(logits, r * v, v) - logits[r * v + targets[r]];
    }
  }
}
