package kleiber.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.models.Gpt;
import kleiber.models.KernelFamily;

/**
 * A few training steps of a small GPT on random tokens: whether an engine computes here what the
 * plain one does.
 */
final class EngineCheck {
  private static final int STEPS = 5;
  private static final int VOCABULARY = 31;
  private static final int BATCH = 3;
  private static final int CONTEXT = 17;
  private static final Gpt MODEL =
      new Gpt(2, 16, 2, Gpt.Position.ROTARY, Gpt.Norm.LAYER, Gpt.Activation.GELU, true, true, true);

  private EngineCheck() {}

  /** The mean loss of each step. */
  static double[] losses(Engine engine) {
    Program program = MODEL.program(VOCABULARY, BATCH, CONTEXT);
    List<Double> losses = new ArrayList<>();
    try (Kernels kernels = engine.bind(program, 1)) {
      for (Tensor parameter : program.parameters()) {
        kernels.write(parameter, 0, MODEL.initial(parameter, 1));
      }
      Random random = new Random(1);
      for (int step = 1; step <= STEPS; step++) {
        for (Tensor tensor : program.tensors()) {
          if (tensor.role() == Tensor.Role.TOKENS) {
            kernels.writeTokens(tensor, random.ints(tensor.size(), 0, VOCABULARY).toArray());
          }
        }
        kernels.forward();
        kernels.backward();
        kernels.update(step(step));
        losses.add(Arrays.stream(kernels.read(losses(program), 0)).average().orElseThrow());
      }
    }
    return losses.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Largest relative difference between two courses of losses; NaN when one has a NaN. */
  static double difference(double[] losses, double[] judge) {
    double largest = 0;
    for (int i = 0; i < judge.length; i++) {
      double difference = Math.abs(losses[i] - judge[i]) / judge[i];
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return largest;
  }

  private static Tensor losses(Program program) {
    return program.tensors().stream()
        .filter(tensor -> tensor.name().equals(KernelFamily.LOSSES))
        .findFirst()
        .orElseThrow();
  }

  private static Update step(long step) {
    return new Update(
        step,
        new boolean[] {true},
        new double[] {1e-2},
        new double[] {1},
        List.of(new Update.AdamW(0.9, 0.95, 1e-8, 0.1)));
  }
}
