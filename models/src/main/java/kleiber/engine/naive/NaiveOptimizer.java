package kleiber.engine.naive;

import java.util.Arrays;
import kleiber.engine.Tensor;
import kleiber.engine.Update;

/** One step of one member's parameter, as the rules read. */
final class NaiveOptimizer {
  private final long step;
  private final Tensor parameter;
  private final double rate;
  private final double decayRate;
  private final double[] w;
  private final double[] g;
  private final double[] first;
  private final double[] second;

  NaiveOptimizer(Update update, int member, Tensor parameter, NaiveMemory memory) {
    this.step = update.step();
    this.parameter = parameter;
    decayRate = update.learningRate()[member];
    rate = decayRate * parameter.rate();
    w = memory.value(parameter);
    g = memory.gradient(parameter).clone();
    first = memory.moment(parameter, 0);
    second = memory.moment(parameter, 1);
    for (int i = 0; i < g.length; i++) {
      g[i] *= update.gradientScale()[member];
    }
  }

  void run(Update.Rule rule) {
    double[] change =
        switch (rule) {
          case Update.AdamW adamW -> change(adamW);
          case Update.Sgd sgd -> change(sgd);
          case Update.Muon muon -> change(muon);
        };
    double decay = parameter.decays() ? rule.weightDecay() : 0;
    for (int i = 0; i < w.length; i++) {
      w[i] -= decayRate * decay * w[i];
      w[i] -= change[i];
    }
  }

  private double[] change(Update.AdamW rule) {
    double[] change = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      first[i] = rule.beta1() * first[i] + (1 - rule.beta1()) * g[i];
      second[i] = rule.beta2() * second[i] + (1 - rule.beta2()) * g[i] * g[i];
      double m = first[i] / (1 - Math.pow(rule.beta1(), step));
      double v = second[i] / (1 - Math.pow(rule.beta2(), step));
      change[i] = rate * m / (Math.sqrt(v) + rule.epsilon());
    }
    return change;
  }

  private double[] change(Update.Sgd rule) {
    double[] change = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      first[i] = rule.momentum() * first[i] + g[i];
      change[i] = rate * (rule.nesterov() ? g[i] + rule.momentum() * first[i] : first[i]);
    }
    return change;
  }

  private double[] change(Update.Muon rule) {
    double[] change = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      first[i] = rule.momentum() * first[i] + g[i];
      change[i] = g[i] + rule.momentum() * first[i];
    }
    int size = parameter.matrixRows() * parameter.last();
    for (int from = 0; from < w.length; from += size) {
      double[] matrix = Arrays.copyOfRange(change, from, from + size);
      double[] orthogonal = orthogonal(matrix, parameter.matrixRows(), parameter.last());
      System.arraycopy(orthogonal, 0, change, from, size);
    }
    for (int i = 0; i < w.length; i++) {
      change[i] *= rate * Update.Muon.size(parameter);
    }
    return change;
  }

  private static double[] orthogonal(double[] g_RxC, int rows, int columns) {
    if (rows > columns) {
      return transpose(orthogonal(transpose(g_RxC, rows, columns), columns, rows), columns, rows);
    }
    double squares = 0;
    for (double each : g_RxC) {
      squares += each * each;
    }
    double[] x_RxC = g_RxC.clone();
    for (int i = 0; i < x_RxC.length; i++) {
      x_RxC[i] /= Math.sqrt(squares) + Update.Muon.SMALL;
    }
    for (int iteration = 0; iteration < Update.Muon.ITERATIONS; iteration++) {
      double[] s_RxR = product(x_RxC, transpose(x_RxC, rows, columns), rows, columns, rows);
      double[] p_RxR = product(s_RxR, s_RxR, rows, rows, rows);
      for (int i = 0; i < p_RxR.length; i++) {
        double identity = i / rows == i % rows ? 1 : 0;
        p_RxR[i] = Update.Muon.A * identity + Update.Muon.B * s_RxR[i] + Update.Muon.C * p_RxR[i];
      }
      x_RxC = product(p_RxR, x_RxC, rows, rows, columns);
    }
    return x_RxC;
  }

  private static double[] transpose(double[] x, int rows, int columns) {
    double[] transposed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      transposed[i % columns * rows + i / columns] = x[i];
    }
    return transposed;
  }

  private static double[] product(double[] a_MxK, double[] b_KxN, int m, int k, int n) {
    double[] c_MxN = new double[m * n];
    for (int row = 0; row < m; row++) {
      for (int inner = 0; inner < k; inner++) {
        for (int column = 0; column < n; column++) {
          c_MxN[row * n + column] += a_MxK[row * k + inner] * b_KxN[inner * n + column];
        }
      }
    }
    return c_MxN;
  }
}
