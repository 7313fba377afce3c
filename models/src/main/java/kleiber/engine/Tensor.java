package kleiber.engine;

import java.util.List;

/**
 * An opaque handle: a name, a role and the shape that one member has. Every tensor of a bound
 * program has a leading member axis M before this shape. A handle never holds numbers; engines own
 * the memory of its values and, if it is differentiable, of its gradient.
 *
 * @param name unique in its program, such as {@code block0.attention.qkv.weight}
 * @param role what it is for
 * @param shape sizes after the member axis, row-major
 */
public record Tensor(String name, Role role, List<Integer> shape) {
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
  }

  /** Elements of one member. */
  public int size() {
    return Math.toIntExact(
        shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact));
  }

  /** Size of the last axis. */
  public int last() {
    return shape.get(shape.size() - 1);
  }

  /** Elements divided by the last axis. */
  public int rows() {
    return size() / last();
  }

  /** Whether the loss can be differentiated by it. */
  public boolean differentiable() {
    return role != Role.TOKENS;
  }

  /** Whether weight decay applies: matrices and tables decay, gains and biases do not. */
  public boolean decays() {
    return role == Role.PARAMETER && shape.size() >= 2;
  }
}
