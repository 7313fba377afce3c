package kleiber.train;

import java.util.Arrays;
import java.util.List;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.models.KernelFamily;

/**
 * M models of one shape on an engine, each with initial weights of its own seed, and the moves that
 * a training is made of: losses of a batch, gradients, one optimizer step.
 */
final class Cohort implements AutoCloseable {
  private final Program program;
  private final Tensor inputs_BxT;
  private final Tensor targets_BxT;
  private final Tensor losses_BxT;
  private final Kernels kernels;

  Cohort(
      Engine engine,
      KernelFamily family,
      Precision precision,
      int vocabulary,
      int batch,
      int context,
      long[] seeds) {
    program = family.program(vocabulary, batch, context).in(precision);
    inputs_BxT = named(KernelFamily.INPUTS);
    targets_BxT = named(KernelFamily.TARGETS);
    losses_BxT = named(KernelFamily.LOSSES);
    kernels = engine.bind(program, seeds.length);
    try {
      for (Tensor parameter : program.parameters()) {
        for (int member = 0; member < seeds.length; member++) {
          kernels.write(parameter, member, family.initial(parameter, seeds[member]));
        }
      }
    } catch (Throwable e) { // no one else could give the memory back
      kernels.close();
      throw e;
    }
  }

  private Tensor named(String name) {
    return program.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the program has no tensor " + name));
  }

  /** The trained tensors, in order of first use. */
  List<Tensor> parameters() {
    return program.parameters();
  }

  /** The bound program. */
  Kernels kernels() {
    return kernels;
  }

  /**
   * Runs the model forward.
   *
   * @param inputs [M, B, T]
   * @param targets [M, B, T]
   */
  void forward(int[] inputs, int[] targets) {
    kernels.writeTokens(inputs_BxT, inputs);
    kernels.writeTokens(targets_BxT, targets);
    kernels.forward();
  }

  /** One member's losses [B, T] after {@link #forward}, nats. */
  double[] losses(int member) {
    return kernels.read(losses_BxT, member);
  }

  /** Each member's mean loss after {@link #forward}: [M], nats per token. */
  double[] meanLosses() {
    double[] means = new double[kernels.members()];
    for (int member = 0; member < means.length; member++) {
      double[] losses = losses(member);
      means[member] = Arrays.stream(losses).sum() / losses.length;
    }
    return means;
  }

  /** Runs the model backward after {@link #forward} and gives each member's gradient norm: [M]. */
  double[] backward() {
    kernels.backward();
    return kernels.gradientNorms();
  }

  /**
   * One step of AdamW after {@link #backward}, the gradient scaled down to the clipping norm.
   *
   * @param step counted from 1
   * @param active members to update
   * @param optimizers [M]
   * @param fractions of the peak learning rate, [M]
   * @param norms gradient norms, [M]
   */
  void update(
      long step, boolean[] active, List<AdamW> optimizers, double[] fractions, double[] norms) {
    double[] learningRate = new double[fractions.length];
    double[] scale = new double[fractions.length];
    for (int member = 0; member < fractions.length; member++) {
      AdamW optimizer = optimizers.get(member);
      learningRate[member] = optimizer.learningRate() * fractions[member];
      scale[member] = norms[member] > optimizer.clip() ? optimizer.clip() / norms[member] : 1;
    }
    kernels.update(
        new Kernels.AdamWStep(
            step,
            active.clone(),
            learningRate,
            optimizers.stream().mapToDouble(AdamW::beta1).toArray(),
            optimizers.stream().mapToDouble(AdamW::beta2).toArray(),
            optimizers.stream().mapToDouble(AdamW::epsilon).toArray(),
            optimizers.stream().mapToDouble(AdamW::weightDecay).toArray(),
            scale));
  }

  @Override
  public void close() {
    kernels.close();
  }
}
