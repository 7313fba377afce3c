package kleiber.engine;

import static kleiber.engine.Shapes.require;
import static kleiber.engine.Shapes.requireSame;
import static kleiber.engine.Shapes.with;

import java.util.List;
import java.util.Optional;

/**
 * What a mixture of experts is made of besides the other kernels: E experts, of which each row
 * takes K. Those that a row takes are the K largest of its numbers, of equal ones those of lower
 * index, where NaN counts as infinite; they are its slots, in the order of their index. Nothing is
 * ever dropped: an expert takes as many rows as want it.
 */
public sealed interface ExpertKernel extends Kernel {
  /**
   * p = softmax(scale · logits[b,t]); gates[b,t,e] = p[e] for the K experts that the logits choose,
   * with {@code renormalized} divided by their sum, and 0 for all others.
   *
   * <p>Its backward adds, to what comes from the gates, the gradient of two means that belong to
   * the objective and not to any loss that is told: over sequences, balance · E Σ_e f_e p̄_e, where
   * f_e is the share of the sequence's slots that expert e has, a constant, and p̄_e the mean of
   * p[e] over the sequence (Fedus et al. 2021, arXiv:2101.03961, eq. 4, by groups of tokens as in
   * Lepikhin et al. 2020, arXiv:2006.16668, algorithm 1: a group is a sequence); over rows, zLoss ·
   * (ln Σ exp(scale · logits[b,t]))² (Zoph et al. 2022, arXiv:2202.08906, eq. 5).
   *
   * @param chosen K
   * @param scale usually 1
   * @param balance 0 for none
   * @param zLoss 0 for none
   */
  record Route(
      Tensor logits_BxTxE,
      int chosen,
      boolean renormalized,
      double scale,
      double balance,
      double zLoss,
      Tensor gates_BxTxE)
      implements ExpertKernel {
    public Route {
      requireSame(logits_BxTxE, gates_BxTxE);
      require(logits_BxTxE.shape().size() == 3, logits_BxTxE, "must be [B, T, E]");
      require(
          chosen >= 1 && chosen <= logits_BxTxE.last(),
          logits_BxTxE,
          "does not have " + chosen + " experts to choose");
      require(scale > 0 && Double.isFinite(scale), gates_BxTxE, "cannot have the scale " + scale);
      require(
          balance >= 0 && Double.isFinite(balance),
          gates_BxTxE,
          "cannot have the balance " + balance);
      require(zLoss >= 0 && Double.isFinite(zLoss), gates_BxTxE, "cannot have the z-loss " + zLoss);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(logits_BxTxE);
    }

    @Override
    public Tensor output() {
      return gates_BxTxE;
    }
  }

  /**
   * y[b,t,j] = x[b,t] · w[e] + bias[e], e being the expert of slot j, K as many as y has; or, where
   * x has slots too, x[b,t,j]. The gates say which experts these are and get no gradient. In
   * float32 whatever the precision of a program.
   */
  record Linear(
      Tensor x, Tensor gates_BxTxE, Tensor w_ExIxO, Optional<Tensor> bias_ExO, Tensor y_BxTxKxO)
      implements ExpertKernel {
    public Linear {
      requireSlots(y_BxTxKxO, gates_BxTxE);
      require(
          x.shape().subList(0, x.shape().size() - 1).equals(gates_BxTxE.shape().subList(0, 2))
              || x.shape().subList(0, x.shape().size() - 1).equals(y_BxTxKxO.shape().subList(0, 3)),
          x,
          "needs one row for each row, or each slot, of",
          y_BxTxKxO);
      require(
          w_ExIxO.shape().equals(List.of(gates_BxTxE.last(), x.last(), y_BxTxKxO.last())),
          w_ExIxO,
          "must be a matrix from " + x.last() + " to " + y_BxTxKxO.last() + " for each expert of",
          gates_BxTxE);
      bias_ExO.ifPresent(
          bias ->
              require(
                  bias.shape().equals(List.of(gates_BxTxE.last(), y_BxTxKxO.last())),
                  bias,
                  "does not fit",
                  y_BxTxKxO));
    }

    /** E. */
    public int experts() {
      return gates_BxTxE.last();
    }

    /** K. */
    public int slots() {
      return y_BxTxKxO.shape().get(2);
    }

    /** Whether the slots of a row read the same row of x. */
    public boolean shared() {
      return x.shape().size() == 3;
    }

    @Override
    public List<Tensor> inputs() {
      return with(List.of(x, gates_BxTxE, w_ExIxO), bias_ExO);
    }

    @Override
    public Tensor output() {
      return y_BxTxKxO;
    }
  }

  /** y[b,t] = Σ_j gates[b,t,e] · x[b,t,j], e being the expert of slot j. */
  record Combine(Tensor x_BxTxKxD, Tensor gates_BxTxE, Tensor y_BxTxD) implements ExpertKernel {
    public Combine {
      requireSlots(x_BxTxKxD, gates_BxTxE);
      require(
          y_BxTxD
              .shape()
              .equals(
                  List.of(x_BxTxKxD.shape().get(0), x_BxTxKxD.shape().get(1), x_BxTxKxD.last())),
          y_BxTxD,
          "needs one row for the slots of each row of",
          x_BxTxKxD);
    }

    /** K. */
    public int slots() {
      return x_BxTxKxD.shape().get(2);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x_BxTxKxD, gates_BxTxE);
    }

    @Override
    public Tensor output() {
      return y_BxTxD;
    }
  }

  private static void requireSlots(Tensor slots_BxTxKxD, Tensor gates_BxTxE) {
    require(gates_BxTxE.shape().size() == 3, gates_BxTxE, "must be [B, T, E]");
    require(
        slots_BxTxKxD.shape().size() == 4
            && slots_BxTxKxD.shape().subList(0, 2).equals(gates_BxTxE.shape().subList(0, 2))
            && slots_BxTxKxD.shape().get(2) <= gates_BxTxE.last(),
        slots_BxTxKxD,
        "must have at most as many slots a row as there are experts in",
        gates_BxTxE);
  }
}
