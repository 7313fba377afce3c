package kleiber.models;

import java.util.Map;

/** An LSTM language model in plain loops and double precision: the judge of the library's. */
final class PlainLstm {
  private PlainLstm() {}

  /**
   * Losses, nats per token: [B, T].
   *
   * @param weights by the library's names; matrices [outputs, inputs]
   * @param inputs [B, T]
   * @param targets [B, T]
   * @param context T
   */
  static double[] losses(
      Lstm family,
      int vocabulary,
      Map<String, double[]> weights,
      int[] inputs,
      int[] targets,
      int context) {
    double[] losses = new double[inputs.length];
    int width = family.width();
    double[][] hidden = null;
    double[][] cell = null;
    for (int i = 0; i < inputs.length; i++) {
      if (i % context == 0) {
        hidden = new double[family.depth() + 1][width];
        cell = new double[family.depth() + 1][width];
      }
      double[] x = column(weights.get("0_W"), inputs[i], vocabulary, family.embedding());
      for (int layer = 1; layer <= family.depth(); layer++) {
        double[] before = hidden[layer];
        double[] gates = weights.get(layer + "_b").clone();
        addProduct(gates, weights.get(layer + "_W"), x);
        addProduct(gates, weights.get(layer + "_RW"), before);
        double[] after = new double[width];
        for (int j = 0; j < width; j++) {
          double block = Math.tanh(gates[j]);
          double forget = sigmoid(gates[width + j]);
          double output = sigmoid(gates[2 * width + j]);
          double input = sigmoid(gates[3 * width + j]);
          cell[layer][j] = forget * cell[layer][j] + input * block;
          after[j] = output * Math.tanh(cell[layer][j]);
        }
        hidden[layer] = after;
        x = after;
      }
      double[] logits = weights.get(family.depth() + 1 + "_b").clone();
      addProduct(logits, weights.get(family.depth() + 1 + "_W"), x);
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      losses[i] = Math.log(sum) - logits[targets[i]];
    }
    return losses;
  }

  /** The column of a token in a table [embedding, vocabulary]. */
  private static double[] column(double[] table, int token, int vocabulary, int embedding) {
    double[] column = new double[embedding];
    for (int e = 0; e < embedding; e++) {
      column[e] = table[e * vocabulary + token];
    }
    return column;
  }

  private static void addProduct(double[] y, double[] w, double[] x) {
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += w[o * x.length + i] * x[i];
      }
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
