package kleiber.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import kleiber.engine.Engine;
import kleiber.engine.Kernels;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.trial.KernelCheck;
import kleiber.models.Gpt;
import kleiber.models.KernelFamily;

/**
 * A few training steps of a small GPT on random tokens: whether an engine computes here what the
 * plain one does.
 */
final class EngineCheck {
  /** Five steps in float32 stay this near to those in double precision; a wrong kernel does not. */
  private static final double TOLERANCE = 1e-4;

  private static final int STEPS = 5;
  private static final int TIMED = 40;
  private static final int VOCABULARY = 31;
  private static final int BATCH = 3;
  private static final int CONTEXT = 17;
  private static final Gpt MODEL =
      new Gpt(2, 16, 2, Gpt.Position.ROTARY, Gpt.Norm.LAYER, Gpt.Activation.GELU, true, true, true);

  private final Course plain;

  /**
   * @param losses the mean of each step
   * @param seconds of the fastest
   */
  private record Course(double[] losses, double seconds) {}

  /** Takes the losses of the engine that is right. */
  EngineCheck(Engine plain) {
    this.plain = course(plain);
  }

  double plainSeconds() {
    return plain.seconds;
  }

  /** What another engine makes of the same steps. Never fails for what it does. */
  KernelCheck.Row row(Engine engine) {
    try {
      Course course = course(engine);
      double error = difference(course.losses, plain.losses);
      String fault =
          error <= TOLERANCE // false for NaN
              ? ""
              : String.format(
                  Locale.ROOT, "losses are off by %.1e, at most %.1e is allowed", error, TOLERANCE);
      return new KernelCheck.Row(error, TOLERANCE, course.seconds, fault);
    } catch (RuntimeException | LinkageError e) {
      return KernelCheck.Row.failed(e);
    }
  }

  private static Course course(Engine engine) {
    Program program = MODEL.program(VOCABULARY, BATCH, CONTEXT);
    List<Double> losses = new ArrayList<>();
    double fastest = Double.POSITIVE_INFINITY;
    try (Kernels kernels = engine.bind(program, 1)) {
      for (Tensor parameter : program.parameters()) {
        kernels.write(parameter, 0, MODEL.initial(parameter, 1));
      }
      Random random = new Random(1);
      for (int step = 1; step <= STEPS + TIMED; step++) {
        for (Tensor tensor : program.tensors()) {
          if (tensor.role() == Tensor.Role.TOKENS) {
            kernels.writeTokens(tensor, random.ints(tensor.size(), 0, VOCABULARY).toArray());
          }
        }
        long start = System.nanoTime();
        kernels.gradients();
        kernels.update(step(step));
        double loss = Arrays.stream(kernels.read(losses(program), 0)).average().orElseThrow();
        fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
        if (step <= STEPS) {
          losses.add(loss);
        }
      }
    }
    return new Course(losses.stream().mapToDouble(Double::doubleValue).toArray(), fastest);
  }

  /** Largest relative difference between two courses of losses; NaN when one has a NaN. */
  private static double difference(double[] losses, double[] judge) {
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
