package kleiber.models;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Untold;
import kleiber.engine.naive.NaiveEngine;

/** A family's program at a tiny shape on the judge's engine. */
final class TinyModel implements AutoCloseable {
  static final int VOCABULARY = 7;
  static final int BATCH = 2;
  static final int CONTEXT = 5;

  final Program program;
  final Kernels kernels;
  private final NaiveEngine engine = new NaiveEngine(1);
  private final Optional<Masking> masking;

  TinyModel(KernelFamily family) {
    masking = family.masking();
    program = family.program(VOCABULARY, BATCH, CONTEXT);
    kernels = engine.bind(program, 1);
  }

  Tensor tensor(String name) {
    return program.tensors().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  /** Weights so large that every part of the model matters to the loss. */
  void writeLargeWeights(Random random) {
    for (Tensor parameter : program.parameters()) {
      double[] values = new double[parameter.size()];
      double centre = parameter.name().endsWith(".gain") ? 1 : 0;
      Arrays.setAll(values, i -> centre + 0.4 * random.nextGaussian());
      kernels.write(parameter, 0, values);
    }
  }

  int[] randomTokens(Random random) {
    return random.ints(BATCH * CONTEXT, 0, VOCABULARY).toArray();
  }

  /** Where the family masks, as many targets are scored, at the same places each time. */
  void writeTokens(int[] inputs, int[] targets) {
    int[] scored = targets.clone();
    for (int from = 0; masking.isPresent() && from < scored.length; from += CONTEXT) {
      masking.get().mask(1, from, VOCABULARY, new int[scored.length], scored, from, CONTEXT);
    }
    kernels.writeTokens(tensor(KernelFamily.INPUTS), inputs);
    kernels.writeTokens(tensor(KernelFamily.TARGETS), scored);
  }

  /** Losses [B, T]. */
  double[] losses() {
    kernels.forward();
    return kernels.read(tensor(KernelFamily.LOSSES), 0);
  }

  double meanLoss() {
    return Arrays.stream(losses()).sum() / last().scored();
  }

  private Kernel.CrossEntropy last() {
    return (Kernel.CrossEntropy) program.forward().getLast();
  }

  /** What the gradients are of: the mean loss, and what losses do not show. */
  double objective() {
    double objective = meanLoss();
    for (Kernel kernel : program.forward()) {
      objective += Untold.objective(kernel, kernels);
    }
    return objective;
  }

  /** Whether a router, after a forward pass, is so undecided that a nudge may turn its choice. */
  boolean nearlyTied() {
    return program.forward().stream()
        .filter(ExpertKernel.Route.class::isInstance)
        .map(ExpertKernel.Route.class::cast)
        .anyMatch(this::nearlyTied);
  }

  private boolean nearlyTied(ExpertKernel.Route route) {
    double[] logits = kernels.read(route.logits_BxTxE(), 0);
    int experts = route.logits_BxTxE().last();
    for (int row = 0; row < logits.length && route.chosen() < experts; row += experts) {
      double[] sorted = Arrays.copyOfRange(logits, row, row + experts);
      Arrays.sort(sorted);
      int last = experts - route.chosen();
      if (sorted[last] - sorted[last - 1] < 1e-3) {
        return true;
      }
    }
    return false;
  }

  void backward() {
    kernels.backward();
  }

  @Override
  public void close() {
    kernels.close();
    engine.close();
  }
}
