package kleiber.engine;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Weights, moments and gradients for updates of a program with a matrix and a bias, M = 3. */
record OptimizerTrial(long seed) {
  static final Program PROGRAM =
      new Program(
          List.of(
              new Kernel.Linear(
                  new Tensor("x", Tensor.Role.ACTIVATION, List.of(1, 1, 129)),
                  new Tensor("w", Tensor.Role.PARAMETER, List.of(129, 131)),
                  false,
                  Optional.of(new Tensor("bias", Tensor.Role.PARAMETER, List.of(131))),
                  new Tensor("y", Tensor.Role.ACTIVATION, List.of(1, 1, 131)))));

  /** The second member is not active; the others differ in every setting. */
  static Kernels.AdamWStep step(long step) {
    return new Kernels.AdamWStep(
        step,
        new boolean[] {true, false, true},
        new double[] {1e-2, 1, 3e-4},
        new double[] {0.9, 0.5, 0.8},
        new double[] {0.95, 0.5, 0.999},
        new double[] {1e-8, 1, 1e-6},
        new double[] {0.1, 1, 0},
        new double[] {1, 7, 0.25});
  }

  void fill(Kernels bound) {
    Random random = new Random(seed);
    for (Tensor parameter : PROGRAM.parameters()) {
      for (int m = 0; m < bound.members(); m++) {
        bound.write(parameter, m, draw(random, parameter));
      }
    }
  }

  void gradients(Kernels bound, int step) {
    Random random = new Random(seed + step);
    for (Tensor parameter : PROGRAM.parameters()) {
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
