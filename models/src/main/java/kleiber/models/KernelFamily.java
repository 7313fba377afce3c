package kleiber.models;

import java.util.List;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/** A family whose training step is a program of kernels. It never sees a device. */
public interface KernelFamily extends ModelFamily {
  /**
   * The training step for batches [B, T]. Its TOKENS tensors are named {@link #INPUTS} and {@link
   * #TARGETS}, the output of its last kernel (cross-entropy, [B, T]) {@link #LOSSES}.
   */
  Program program(int vocabulary, int batch, int context);

  /**
   * Small models like this one that differ in width alone, from the narrowest, which is the base of
   * muP where there is one, to one at least 16 times as wide; empty for a family that has no width.
   * What a training does to them says whether its parametrization holds.
   */
  default List<KernelFamily> ladder() {
    return List.of();
  }

  /** Initial values of a parameter: a pure function of the settings, its name and the seed. */
  double[] initial(Tensor parameter, long seed);

  /** Name of the input ids. */
  String INPUTS = "inputs_BxT";

  /** Name of the target ids. */
  String TARGETS = "targets_BxT";

  /** Name of the losses, nats per token. */
  String LOSSES = "losses_BxT";
}
