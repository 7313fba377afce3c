package kleiber.engine;

import java.util.List;

/**
 * One step of an optimizer over all parameters and members of a bound program; every array and list
 * has one entry a member. First g ← g · gradientScale; then a parameter's momentum and weights
 * follow from its member's {@link Rule}, with the learning rate times {@link Tensor#rate}; weights
 * that decay ({@link Tensor#decays}) lose learningRate · weightDecay · w besides. A member with
 * {@code active} false is left as it is, moments too.
 *
 * @param step t, counted from 1
 * @param rules of one kind
 */
public record Update(
    long step,
    boolean[] active,
    double[] learningRate,
    double[] gradientScale,
    List<? extends Rule> rules) {
  public Update {
    rules = List.copyOf(rules);
    List<String> kinds =
        rules.stream().map(rule -> rule.getClass().getSimpleName()).distinct().toList();
    if (kinds.size() > 1) {
      throw new IllegalArgumentException(
          "members of one update must have one kind of rule, but these have "
              + String.join(", ", kinds));
    }
  }

  /**
   * A member's rule for a parameter.
   *
   * @param hidden whether it is one of {@link Program#hiddenMatrices}
   */
  public Rule rule(int member, boolean hidden) {
    Rule rule = rules.get(member);
    return rule instanceof Muon muon && !hidden ? muon.others() : rule;
  }

  /** How a parameter follows from its gradient; moments are 0 before the first step. */
  public sealed interface Rule {
    /** Factor on the learning rate: the share of a weight that a step takes away. */
    double weightDecay();
  }

  /**
   * AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101, algorithm 2, in PyTorch's form): m ← β1 m
   * + (1−β1) g; v ← β2 v + (1−β2) g²; w ← w − learningRate · (m / (1−β1^t)) / (sqrt(v / (1−β2^t)) +
   * ε).
   */
  public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements Rule {}

  /**
   * Gradient descent with momentum and decoupled decay (the same paper, algorithm 1, in PyTorch's
   * form without dampening): m ← momentum · m + g; w ← w − learningRate · m, or with {@code
   * nesterov} w ← w − learningRate · (g + momentum · m). The second moment stays 0.
   */
  public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Rule {}

  /**
   * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon) for hidden matrices: m ← momentum
   * · m + g; w ← w − learningRate · 0.2 sqrt(max(rows, columns)) · orthogonal(g + momentum · m),
   * where the factor gives updates the size of AdamW's (Liu et al. 2025, arXiv:2502.16982, eq. 4).
   * A matrix is what the program holds as one: queries, keys and values are; of a stack ({@link
   * Tensor#matrices}) each is one of its own. Their second moment stays 0.
   *
   * <p>orthogonal(G) is X after five times X ← (a I + b X Xᵀ + c (X Xᵀ)²) X, from X = G / (‖G‖ +
   * 1e-7), the products on the side of G that is shorter.
   *
   * @param others the rule of all other parameters; decay is the same for all
   */
  public record Muon(double momentum, AdamW others) implements Rule {
    /** Of the polynomial. */
    public static final int ITERATIONS = 5;

    /** a, of X. */
    public static final double A = 3.4445;

    /** b, of X Xᵀ X. */
    public static final double B = -4.7750;

    /** c, of (X Xᵀ)² X. */
    public static final double C = 2.0315;

    /** What is added to a norm that is divided by. */
    public static final double SMALL = 1e-7;

    @Override
    public double weightDecay() {
      return others.weightDecay();
    }

    /** The factor that makes orthogonal matrices of that shape an update. */
    public static double size(Tensor matrix) {
      return 0.2 * Math.sqrt(Math.max(matrix.matrixRows(), matrix.last()));
    }
  }
}
