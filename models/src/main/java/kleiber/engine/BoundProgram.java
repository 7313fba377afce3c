package kleiber.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every engine checks before it touches its memory. */
public abstract class BoundProgram implements Kernels {
  private final Program program;
  private final int members;
  private final Set<Tensor> tensors;

  /**
   * @param members M
   */
  protected BoundProgram(Program program, int members) {
    if (members < 1) {
      throw new IllegalArgumentException("members is " + members + " but must be at least 1");
    }
    this.program = program;
    this.members = members;
    this.tensors = new HashSet<>(program.tensors());
  }

  @Override
  public final Program program() {
    return program;
  }

  @Override
  public final int members() {
    return members;
  }

  /** Refuses a tensor of another program, TOKENS, and a member that does not exist. */
  protected final void check(Tensor tensor, int member) {
    if (!tensors.contains(tensor) || tensor.role() == Tensor.Role.TOKENS) {
      throw new IllegalArgumentException("the program has no numbers called " + tensor.name());
    }
    if (member < 0 || member >= members) {
      throw new IllegalArgumentException("member " + member + " of " + members);
    }
  }

  /** As above, and refuses values of another length. */
  protected final void check(Tensor tensor, int member, double[] values) {
    check(tensor, member);
    if (values.length != tensor.size()) {
      throw new IllegalArgumentException(
          tensor.name() + " has " + tensor.size() + " elements, not " + values.length);
    }
  }

  /** Refuses what has no moments. */
  protected final void checkMoment(Tensor parameter, int member, int which) {
    check(parameter, member);
    if (parameter.role() != Tensor.Role.PARAMETER) {
      throw new IllegalArgumentException(parameter.name() + " is not trained: it has no moments");
    }
    if (which != 0 && which != 1) {
      throw new IllegalArgumentException("moment " + which + " asked for: 0 is m, 1 is v");
    }
  }

  /** Refuses ids of another length or outside a vocabulary that they index. */
  protected final void checkTokens(Tensor tokens, int[] ids) {
    if (!tensors.contains(tokens) || tokens.role() != Tensor.Role.TOKENS) {
      throw new IllegalArgumentException("the program has no tokens called " + tokens.name());
    }
    if (ids.length != Math.multiplyExact(members, tokens.size())) {
      throw new IllegalArgumentException(
          tokens.name() + " takes " + members + " x " + tokens.size() + " ids, not " + ids.length);
    }
    int vocabulary = vocabulary(tokens);
    boolean someUnscored = someUnscored(tokens);
    for (int id : ids) {
      boolean unscored = someUnscored && id == Kernel.CrossEntropy.UNSCORED;
      if (!unscored && (id < 0 || id >= vocabulary)) {
        throw new IllegalArgumentException(
            tokens.name() + ": id " + id + " is outside the vocabulary of " + vocabulary);
      }
    }
  }

  private boolean someUnscored(Tensor tokens) {
    return program.forward().stream()
        .anyMatch(
            kernel ->
                kernel instanceof Kernel.CrossEntropy k
                    && k.targets_BxT().equals(tokens)
                    && k.scored() < tokens.size());
  }

  private int vocabulary(Tensor tokens) {
    int least = Integer.MAX_VALUE;
    for (Kernel kernel : program.forward()) {
      int size =
          switch (kernel) {
            case Kernel.Embedding k when k.tokens_BxT().equals(tokens) -> k.table_VxD().rows();
            case Kernel.CrossEntropy k when k.targets_BxT().equals(tokens) ->
                k.logits_BxTxV().last();
            default -> Integer.MAX_VALUE;
          };
      least = Math.min(least, size);
    }
    return least;
  }

  /** Inputs of a kernel that have a gradient. */
  public static List<Tensor> differentiable(Kernel kernel) {
    return kernel.inputs().stream().filter(Tensor::differentiable).toList();
  }
}
