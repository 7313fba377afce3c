package kleiber.engine.naive;

import java.util.Arrays;
import kleiber.engine.ExpertKernel;

/** The kernels of a mixture of experts for one member, as their definitions read. */
final class NaiveExperts {
  private NaiveExperts() {}

  static void forward(ExpertKernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case ExpertKernel.Route k -> route(k, memory);
      case ExpertKernel.Linear k -> linear(k, memory);
      case ExpertKernel.Combine k -> combine(k, memory);
    }
  }

  /** Adds to the gradients of the inputs. */
  static void backward(ExpertKernel kernel, NaiveMemory memory) {
    switch (kernel) {
      case ExpertKernel.Route k -> routeBackward(k, memory);
      case ExpertKernel.Linear k -> linearBackward(k, memory);
      case ExpertKernel.Combine k -> combineBackward(k, memory);
    }
  }

  /** The experts that a row of numbers chooses, by index. */
  static int[] chosen(double[] numbers, int row, int experts, int count) {
    boolean[] taken = new boolean[experts];
    int[] chosen = new int[count];
    for (int n = 0; n < count; n++) {
      int best = -1;
      for (int e = 0; e < experts; e++) {
        boolean better =
            best < 0 || rank(numbers[row * experts + e]) > rank(numbers[row * experts + best]);
        best = !taken[e] && better ? e : best;
      }
      taken[best] = true;
      chosen[n] = best;
    }
    Arrays.sort(chosen);
    return chosen;
  }

  private static double rank(double number) {
    return Double.isNaN(number) ? Double.POSITIVE_INFINITY : number;
  }

  /** ln Σ exp(scale · logits) of a row. */
  static double logSum(ExpertKernel.Route k, double[] logits, int row) {
    int experts = k.logits_BxTxE().last();
    double[] scaled = new double[experts];
    Arrays.setAll(scaled, e -> k.scale() * logits[row * experts + e]);
    return NaiveForward.logSumExp(scaled, 0, experts);
  }

  /** softmax(scale · logits) of a row. */
  static double[] probabilities(ExpertKernel.Route k, double[] logits, int row) {
    double logSum = logSum(k, logits, row);
    double[] p = new double[k.logits_BxTxE().last()];
    Arrays.setAll(p, e -> Math.exp(k.scale() * logits[row * p.length + e] - logSum));
    return p;
  }

  /** The share of the slots of a row's sequence that each expert has. */
  static double[] shares(ExpertKernel.Route k, double[] logits, int row) {
    int positions = k.logits_BxTxE().shape().get(1);
    double[] shares = new double[k.logits_BxTxE().last()];
    int first = row - row % positions;
    for (int other = first; other < first + positions; other++) {
      for (int e : chosen(logits, other, shares.length, k.chosen())) {
        shares[e] += 1.0 / (k.chosen() * positions);
      }
    }
    return shares;
  }

  private static double[] gates(ExpertKernel.Route k, double[] logits, int row) {
    double[] p = probabilities(k, logits, row);
    int[] chosen = chosen(logits, row, p.length, k.chosen());
    double sum = k.renormalized() ? Arrays.stream(chosen).mapToDouble(e -> p[e]).sum() : 1;
    double[] gates = new double[p.length];
    for (int e : chosen) {
      gates[e] = p[e] / sum;
    }
    return gates;
  }

  private static void route(ExpertKernel.Route k, NaiveMemory memory) {
    double[] gates = memory.value(k.gates_BxTxE());
    int experts = k.gates_BxTxE().last();
    for (int row = 0; row < k.gates_BxTxE().rows(); row++) {
      double[] ofRow = gates(k, memory.value(k.logits_BxTxE()), row);
      System.arraycopy(ofRow, 0, gates, row * experts, experts);
    }
  }

  private static void routeBackward(ExpertKernel.Route k, NaiveMemory memory) {
    double[] logits = memory.value(k.logits_BxTxE());
    double[] dlogits = memory.gradient(k.logits_BxTxE());
    double[] dgates = memory.gradient(k.gates_BxTxE());
    int experts = k.logits_BxTxE().last();
    int rows = k.logits_BxTxE().rows();
    for (int row = 0; row < rows; row++) {
      double[] p = probabilities(k, logits, row);
      double[] gates = gates(k, logits, row);
      double[] shares = shares(k, logits, row);
      int[] chosen = chosen(logits, row, experts, k.chosen());
      double fromGates = 0;
      for (int e : chosen) {
        fromGates += gates[e] * dgates[row * experts + e];
      }
      double fromShares = 0;
      for (int e = 0; e < experts; e++) {
        fromShares += shares[e] * p[e];
      }
      double ofZ = 2 * k.zLoss() * logSum(k, logits, row);
      for (int e = 0; e < experts; e++) {
        int at = row * experts + e;
        // Of gates that are renormalized, what is not chosen is no part.
        double weight = k.renormalized() ? gates[e] : p[e];
        boolean isChosen = Arrays.binarySearch(chosen, e) >= 0;
        double g = weight * ((isChosen ? dgates[at] : 0) - fromGates);
        g += k.balance() * experts * p[e] * (shares[e] - fromShares) / rows;
        g += ofZ * p[e] / rows;
        dlogits[at] += k.scale() * g;
      }
    }
  }

  /** Of three arrays, what is multiplied and what it adds to. */
  private interface Product {
    void take(int left, int right, int sum);
  }

  /** Where the columns of what a slot's expert makes begin, and the expert. */
  private interface Slot {
    void take(int y, int expert);
  }

  private static void eachSlot(ExpertKernel.Linear k, NaiveMemory memory, Slot slot) {
    double[] gates = memory.value(k.gates_BxTxE());
    for (int row = 0; row < k.gates_BxTxE().rows(); row++) {
      int[] chosen = chosen(gates, row, k.experts(), k.slots());
      for (int j = 0; j < k.slots(); j++) {
        slot.take((row * k.slots() + j) * k.y_BxTxKxO().last(), chosen[j]);
      }
    }
  }

  /** y += x · w. */
  private static void eachProduct(ExpertKernel.Linear k, NaiveMemory memory, Product product) {
    int in = k.x().last();
    int out = k.y_BxTxKxO().last();
    eachSlot(
        k,
        memory,
        (y, expert) -> {
          int slot = y / out;
          int x = (k.shared() ? slot / k.slots() : slot) * in;
          for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
              product.take(x + i, (expert * in + i) * out + o, y + o);
            }
          }
        });
  }

  private static void linear(ExpertKernel.Linear k, NaiveMemory memory) {
    double[] x = memory.value(k.x());
    double[] w = memory.value(k.w_ExIxO());
    double[] y = memory.value(k.y_BxTxKxO());
    int out = k.y_BxTxKxO().last();
    Arrays.fill(y, 0);
    k.bias_ExO()
        .map(memory::value)
        .ifPresent(
            bias ->
                eachSlot(
                    k, memory, (at, expert) -> System.arraycopy(bias, expert * out, y, at, out)));
    eachProduct(k, memory, (atX, atW, atY) -> y[atY] += x[atX] * w[atW]);
  }

  private static void linearBackward(ExpertKernel.Linear k, NaiveMemory memory) {
    double[] x = memory.value(k.x());
    double[] w = memory.value(k.w_ExIxO());
    double[] dx = memory.gradient(k.x());
    double[] dw = memory.gradient(k.w_ExIxO());
    double[] dy = memory.gradient(k.y_BxTxKxO());
    eachProduct(
        k,
        memory,
        (atX, atW, atY) -> {
          dx[atX] += dy[atY] * w[atW];
          dw[atW] += dy[atY] * x[atX];
        });
    int out = k.y_BxTxKxO().last();
    k.bias_ExO()
        .map(memory::gradient)
        .ifPresent(
            dbias ->
                eachSlot(
                    k,
                    memory,
                    (at, expert) -> {
                      for (int o = 0; o < out; o++) {
                        dbias[expert * out + o] += dy[at + o];
                      }
                    }));
  }

  /** y += gate · x. */
  private static void eachProduct(ExpertKernel.Combine k, NaiveMemory memory, Product product) {
    double[] gates = memory.value(k.gates_BxTxE());
    int d = k.y_BxTxD().last();
    int experts = k.gates_BxTxE().last();
    for (int row = 0; row < k.y_BxTxD().rows(); row++) {
      int[] chosen = chosen(gates, row, experts, k.slots());
      for (int j = 0; j < chosen.length; j++) {
        for (int i = 0; i < d; i++) {
          product.take(row * experts + chosen[j], (row * k.slots() + j) * d + i, row * d + i);
        }
      }
    }
  }

  private static void combine(ExpertKernel.Combine k, NaiveMemory memory) {
    double[] gates = memory.value(k.gates_BxTxE());
    double[] x = memory.value(k.x_BxTxKxD());
    double[] y = memory.value(k.y_BxTxD());
    Arrays.fill(y, 0);
    eachProduct(k, memory, (gate, atX, atY) -> y[atY] += gates[gate] * x[atX]);
  }

  private static void combineBackward(ExpertKernel.Combine k, NaiveMemory memory) {
    double[] gates = memory.value(k.gates_BxTxE());
    double[] x = memory.value(k.x_BxTxKxD());
    double[] dgates = memory.gradient(k.gates_BxTxE());
    double[] dx = memory.gradient(k.x_BxTxKxD());
    double[] dy = memory.gradient(k.y_BxTxD());
    eachProduct(
        k,
        memory,
        (gate, atX, atY) -> {
          dx[atX] += gates[gate] * dy[atY];
          dgates[gate] += x[atX] * dy[atY];
        });
  }
}
