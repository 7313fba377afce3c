package kleiber.engine;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A program bound to an engine's memory for M members: its kernels, ready to run. Members never
 * mix: a member's numbers are those of the same member bound alone, bit for bit on CPU engines. Not
 * thread-safe; several bound programs of one engine may run at the same time, each on a thread of
 * its own.
 */
public interface Kernels extends AutoCloseable {
  /** What is bound. */
  Program program();

  /** M. */
  int members();

  /** Whether numbers are held as doubles; as floats otherwise, which reading only widens. */
  default boolean inDouble() {
    return false;
  }

  /** Runs the forward pass kernel by kernel and keeps every activation. */
  default void forward() {
    program().forward().forEach(this::forward);
  }

  /** Runs the backward pass call by call, after {@link #forward()}. */
  default void backward() {
    program().backward(false).forEach(this::backward);
  }

  /**
   * Runs the forward pass for its {@linkplain Program#results results} alone. Other activations are
   * undefined afterwards, so that an engine may order and store as it likes.
   */
  default void evaluate() {
    forward();
  }

  /**
   * Runs forward and backward passes for the results and the gradients of the parameters alone,
   * which are those of {@link #forward()} and {@link #backward()} but for the order in which an
   * engine sums; all else is undefined.
   */
  default void gradients() {
    gradients(false);
  }

  /**
   * The same.
   *
   * @param onto whether the parameters' gradients are added to those that are there
   */
  default void gradients(boolean onto) {
    forward();
    program().backward(onto).forEach(this::backward);
  }

  /** Runs one kernel forward, all members. */
  void forward(Kernel kernel);

  /** Runs one call of the backward pass, all members. */
  void backward(Program.Backward call);

  /** Writes one member's values of a tensor that is not TOKENS. */
  void write(Tensor tensor, int member, double[] values);

  /** One member's values of a tensor that is not TOKENS. */
  double[] read(Tensor tensor, int member);

  /** All members' values of a tensor that is not TOKENS: [M][size]. */
  default double[][] read(Tensor tensor) {
    double[][] values = new double[members()][];
    Arrays.setAll(values, member -> read(tensor, member));
    return values;
  }

  /**
   * The sum of each member's values of a tensor that is not TOKENS: [M]. Of doubles, in an order
   * that the tensor's size alone decides.
   */
  default double[] sums(Tensor tensor) {
    return IntStream.range(0, members())
        .mapToDouble(member -> Arrays.stream(read(tensor, member)).sum())
        .toArray();
  }

  /** Writes one member's gradient (tests use it to start a backward call in the middle). */
  void writeGradient(Tensor tensor, int member, double[] values);

  /** One member's gradient. */
  double[] readGradient(Tensor tensor, int member);

  /** Writes the ids of all members of a TOKENS tensor: [M, …]. */
  void writeTokens(Tensor tokens, int[] ids);

  /** The global norm of each member's gradient over all parameters: [M]. */
  double[] gradientNorms();

  /** One optimizer step over all parameters and members. */
  void update(Update update);

  /**
   * Gradients of the tokens that were written last, and the optimizer step that follows from them.
   * It may return before they are there: until the outcome is asked for, nothing else may be called
   * but {@link #writeTokens}, for the next step.
   *
   * @param losses the tensor whose sums are the members' losses
   * @return waits for the card, where there is one
   */
  default Supplier<Step.Outcome> step(Step step, Tensor losses) {
    gradients();
    Step.Outcome outcome = new Step.Outcome(sums(losses), gradientNorms());
    update(step.after(outcome));
    return () -> outcome;
  }

  /**
   * What the optimizer keeps of a parameter: its momentum (0) or its mean square (1), as one
   * member's values; for exchange and tests.
   */
  double[] readMoment(Tensor parameter, int member, int which);

  /** Sets a moment, see {@link #readMoment}. */
  void writeMoment(Tensor parameter, int member, int which, double[] values);

  @Override
  void close();
}
