package kleiber.engine;

import java.util.List;
import java.util.Locale;

/**
 * An opaque handle: a name, a role and the shape that one member has. Every tensor of a bound
 * program has a leading member axis M before this shape. A handle never holds numbers; engines own
 * the memory of its values and, if it is differentiable, of its gradient.
 *
 * @param name unique in its program, such as {@code block0.attention.qkv.weight}
 * @param role what it is for
 * @param shape sizes after the member axis, row-major
 * @param decays whether weight decay applies to it
 * @param rate factor on the learning rate of its updates, though not on that of its decay; 1 but
 *     where a parametrization says otherwise
 */
public record Tensor(String name, Role role, List<Integer> shape, boolean decays, double rate) {
  /** What a tensor is for. */
  public enum Role {
    /** Trained; kept between steps. */
    PARAMETER,
    /** Token ids, written before each step. */
    TOKENS,
    /** Made by a kernel in the forward pass. */
    ACTIVATION
  }

  public Tensor {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(name + ": every size of " + shape + " must be positive");
    }
    double elements = shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s %s has %.1e elements, more than %d; train a smaller batch, micro-batch or"
                  + " context",
              name,
              shape,
              elements,
              Integer.MAX_VALUE));
    }
    if (decays && role != Role.PARAMETER) {
      throw new IllegalArgumentException(name + " is no parameter and cannot decay");
    }
    if (!(rate > 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException(name + " cannot have the rate " + rate);
    }
  }

  /** With the learning rate as it is. */
  public Tensor(String name, Role role, List<Integer> shape, boolean decays) {
    this(name, role, shape, decays, 1);
  }

  /** Weight decay applies to matrices and tables, not to gains and biases, told by their shape. */
  public Tensor(String name, Role role, List<Integer> shape) {
    this(name, role, shape, role == Role.PARAMETER && shape.size() >= 2);
  }

  /** Elements of one member. */
  public int size() {
    return shape.stream().reduce(1, (a, b) -> a * b);
  }

  /** Size of the last axis. */
  public int last() {
    return shape.get(shape.size() - 1);
  }

  /** Elements divided by the last axis. */
  public int rows() {
    return size() / last();
  }

  /** Matrices, of the last two axes, that it is a stack of: 1 for one matrix. */
  public int matrices() {
    return rows() / matrixRows();
  }

  /** Rows of each of its matrices. */
  public int matrixRows() {
    return shape.size() == 1 ? 1 : shape.get(shape.size() - 2);
  }

  /** Whether the loss can be differentiated by it. */
  public boolean differentiable() {
    return role != Role.TOKENS;
  }
}
