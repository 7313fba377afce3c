package kleiber.engine;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Weights, moments and gradients for updates of a program, M = 3. */
record OptimizerTrial(Program program, long seed) {
  /** With two matrices, a wide and a high one, a bias, a head and a stack. */
  static final Program PROGRAM = ofEveryKind();

  OptimizerTrial(long seed) {
    this(PROGRAM, seed);
  }

  private static Program ofEveryKind() {
    Tensor y = rows("y", 131);
    Tensor z = rows("z", 17);
    Tensor logits = rows("logits", 5);
    return new Program(
        List.of(
            new Kernel.Linear(
                rows("x", 29),
                parameter("wide", 29, 131),
                false,
                Optional.of(parameter("bias", 131)),
                y),
            new Kernel.Linear(y, parameter("high", 131, 17), false, Optional.empty(), z),
            new Kernel.Linear(
                z,
                new Tensor("head", Tensor.Role.PARAMETER, List.of(17, 5), true, 0.5),
                false,
                Optional.empty(),
                logits),
            new ExpertKernel.Linear(
                rows("w", 7),
                rows("gates", 3),
                parameter("stack", 3, 7, 11),
                Optional.empty(),
                new Tensor("slots", Tensor.Role.ACTIVATION, List.of(1, 1, 2, 11))),
            new Kernel.CrossEntropy(
                logits,
                new Tensor("targets", Tensor.Role.TOKENS, List.of(1, 1)),
                new Tensor("losses", Tensor.Role.ACTIVATION, List.of(1, 1)))));
  }

  private static Tensor rows(String name, int columns) {
    return new Tensor(name, Tensor.Role.ACTIVATION, List.of(1, 1, columns));
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, Tensor.Role.PARAMETER, List.of(shape));
  }

  /** Rules of three members, by optimizer: they differ in every setting. */
  static List<List<? extends Update.Rule>> rules() {
    List<Update.AdamW> adamW =
        List.of(
            new Update.AdamW(0.9, 0.95, 1e-8, 0.1),
            new Update.AdamW(0.5, 0.5, 1, 1),
            new Update.AdamW(0.8, 0.999, 1e-6, 0));
    return List.of(
        adamW,
        List.of(
            new Update.Sgd(0.9, true, 0.1),
            new Update.Sgd(0, false, 1),
            new Update.Sgd(0.5, false, 0)),
        List.of(
            new Update.Muon(0.95, adamW.get(0)),
            new Update.Muon(0, adamW.get(1)),
            new Update.Muon(0.8, adamW.get(2))));
  }

  /** The second member is not active. */
  static Update step(long step, List<? extends Update.Rule> rules) {
    return new Update(
        step,
        new boolean[] {true, false, true},
        new double[] {1e-2, 1, 3e-4},
        new double[] {1, 7, 0.25},
        rules);
  }

  void fill(Kernels bound) {
    Random random = new Random(seed);
    for (Tensor parameter : program.parameters()) {
      for (int m = 0; m < bound.members(); m++) {
        bound.write(parameter, m, draw(random, parameter));
      }
    }
  }

  void gradients(Kernels bound, int step) {
    Random random = new Random(seed + step);
    for (Tensor parameter : program.parameters()) {
      for (int m = 0; m < bound.members(); m++) {
        bound.writeGradient(parameter, m, draw(random, parameter));
      }
    }
  }

  private static double[] draw(Random random, Tensor parameter) {
    double[] numbers = new double[parameter.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
