package kleiber.train;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kleiber.engine.Step;

/**
 * M models of one shape while they train: losses of a batch, gradients, one optimizer step, and the
 * copies that forks and ends of members ask for.
 */
interface Models extends AutoCloseable {
  /** M. */
  int size();

  /**
   * Goes on with these of its models, in this order; one that is named twice is forked. The old
   * memory is given back before the new is taken.
   */
  void rearrange(int[] models);

  /** Copies of some of its models. */
  Models copy(int[] models);

  /** Some of its models with their averaged weights, where they are averaged. */
  Optional<? extends Models> averaged(int[] models);

  /** What some of its models are, by name, the first of them being 0. */
  Snapshot.Tensors tensors(int[] models);

  /** A model's weights by name. */
  Snapshot.Tensors weights(int model);

  /**
   * Scores a batch.
   *
   * @param inputs [M, B, T]
   * @param targets [M, B, T]
   */
  void forward(int[] inputs, int[] targets);

  /** Losses of the batch that was scored, by member [B, T], nats; 0 where none was asked for. */
  double[][] losses();

  /**
   * Logits of a batch, by member [B, T, V].
   *
   * @param inputs [M, B, T]
   */
  double[][] logits(int[] inputs);

  /**
   * Gates of experts on a batch, where there are any: from the first block with experts to the
   * last, by member [B, T, E].
   *
   * @param inputs [M, B, T]
   */
  default List<double[][]> gates(int[] inputs) {
    return List.of();
  }

  /**
   * Leaves the gradients of a batch's mean loss; gives each member's gradient norm, [M].
   *
   * @param inputs [M, B, T]
   * @param targets [M, B, T]
   */
  double[] gradients(int[] inputs, int[] targets);

  /** Each member's mean loss over the batch of {@link #gradients}: [M], nats per scored token. */
  double[] meanLosses();

  /**
   * One optimizer step after {@link #gradients}, the gradient scaled down to the clipping norm.
   *
   * @param step counted from 1
   * @param active members to update
   * @param optimizers [M]
   * @param fractions of the peak learning rate, [M]
   * @param norms gradient norms, [M]
   */
  void update(
      long step, boolean[] active, List<Optimizer> optimizers, double[] fractions, double[] norms);

  /**
   * Gradients and the optimizer step that follows from them; a member whose mean loss or gradient
   * norm is no finite number is left as it is. It may return before it is done: until the outcome
   * is asked for, nothing else may be called but {@link #expect}.
   *
   * @param step counted from 1
   * @param optimizers [M]
   * @param fractions of the peak learning rate, [M]
   * @return mean losses, nats per scored token, and gradient norms
   */
  default Supplier<Step.Outcome> step(
      Batch batch, long step, List<Optimizer> optimizers, double[] fractions) {
    double[] norms = gradients(batch.inputs_MxBxT(), batch.targets_MxBxT());
    double[] losses = meanLosses();
    boolean[] active = new boolean[norms.length];
    for (int m = 0; m < active.length; m++) {
      active[m] = Double.isFinite(losses[m]) && Double.isFinite(norms[m]);
    }
    update(step, active, optimizers, fractions, norms);
    Step.Outcome outcome = new Step.Outcome(losses, norms);
    return () -> outcome;
  }

  /** Brings near what the next step will most likely be taken on. */
  default void expect(Batch batch) {}

  @Override
  void close();
}
