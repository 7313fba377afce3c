package kleiber.engine.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.trial.Deviation;
import kleiber.engine.trial.KernelCases;
import kleiber.engine.trial.OptimizerTrial;
import kleiber.engine.trial.Trial;
import kleiber.models.Gpt;
import kleiber.models.MixtureOfExperts;

/** Every kernel and every optimizer of an engine beside the plain ones in double precision. */
record CardKernels(CardSizes sizes, Engine naive, Engine engine, CardLog log) {
  private static final long SEED = 7_311;

  /** What a card may round of weights in ten steps. */
  private static final double LEAST_OF_UPDATES = 1e-5;

  void check() {
    for (int[] s : sizes.shapes()) {
      for (Kernel kernel : new KernelCases(s[1], s[2], s[3], s[4]).all()) {
        inEachPrecision(kernel).forEach(k -> compare(k, new Trial(k, s[0], SEED)));
      }
    }
    for (Program program : List.of(OptimizerTrial.OF_EVERY_KIND, sizes.updated().program())) {
      OptimizerTrial.all(program, SEED).forEach(this::compare);
    }
    List.of(sizes.trained().getFirst(), sizes.updated()).forEach(this::gradients);
  }

  /** Those that {@link KernelCases} leaves out. */
  private static Stream<Kernel> inEachPrecision(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Linear k when k.precision() == Precision.FLOAT32 ->
          Stream.of(k, k.in(Precision.TF32));
      case Kernel.Attention k -> Stream.of(k, k.in(Precision.BF16));
      default -> Stream.of(kernel);
    };
  }

  /** Of the largest number that should come; roundings of inputs are the judge's but where said. */
  private static double tolerance(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Linear k when k.precision() == Precision.TF32 -> 0x1p-8; // the judge keeps all
      case Kernel.Attention k when k.precision() == Precision.BF16 -> 0x1p-6; // so it does here
      default -> 1e-5;
    };
  }

  private static Precision precision(Kernel kernel) {
    return switch (kernel) {
      case Kernel.Linear k -> k.precision();
      case Kernel.Attention k -> k.precision();
      default -> Precision.FLOAT32;
    };
  }

  private void compare(Kernel kernel, Trial trial) {
    Map<String, double[]> want = trial.run(naive).numbers();
    Map<String, double[]> have = trial.run(engine).numbers();
    double worst = 0;
    for (Map.Entry<String, double[]> entry : want.entrySet()) {
      worst = Math.max(worst, error(entry.getValue(), have.get(entry.getKey()), 1e-3));
    }
    String name = kernel.getClass().getSimpleName();
    log.compare(
        "%s %s, %d x %s to %s"
            .formatted(
                name,
                precision(kernel),
                trial.memberKeys().length,
                kernel.inputs().getFirst().shape(),
                kernel.output().shape()),
        worst,
        tolerance(kernel));
  }

  /** Ten steps by given gradients: weights and moments after them. */
  private void compare(OptimizerTrial trial) {
    Deviation worst = trial.compare(trial.run(naive), trial.run(engine));
    log.compare(
        "%s of %d parameters"
            .formatted(
                trial.title(), trial.program().parameters().stream().mapToLong(Tensor::size).sum()),
        worst.error(),
        Math.max(worst.tolerance(), LEAST_OF_UPDATES));
  }

  /** The gradients of a whole mixture of experts. */
  private void gradients(SmallGpt like) {
    Program program = mixture(like);
    Kernel.CrossEntropy last = (Kernel.CrossEntropy) program.forward().getLast();
    double worst = 0;
    try (Kernels want = naive.bind(program, 2);
        Kernels have = engine.bind(program, 2)) {
      for (Kernels bound : List.of(want, have)) {
        SmallGpt.fill(bound, 1, 2);
        bound.gradients();
      }
      for (int m = 0; m < 2; m++) {
        Tensor losses = last.output();
        worst = Math.max(worst, error(want.read(losses, m), have.read(losses, m), 1e-3));
        for (Tensor parameter : program.parameters()) {
          double[] wanted = want.readGradient(parameter, m);
          worst = Math.max(worst, error(wanted, have.readGradient(parameter, m), 1e-3));
        }
      }
    }
    log.compare("gradients of a mixture of experts of width " + like.width(), worst, 1e-4);
  }

  /** A mixture of four experts, of which a token passes two, for the same batches. */
  static Program mixture(SmallGpt like) {
    Gpt dense =
        new Gpt(
            like.layers(),
            like.width(),
            like.heads(),
            Gpt.Position.ROTARY,
            Gpt.Norm.RMS,
            Gpt.Activation.GELU,
            true,
            false,
            true);
    return new MixtureOfExperts(
            dense,
            4,
            2,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.of(0.01),
            OptionalDouble.of(1e-3))
        .program(like.vocabulary(), like.batch(), like.context());
  }

  /** Relative to the largest number, but not to less than so much; NaN if one is. */
  static double error(double[] want, double[] have, double least) {
    double largest = Arrays.stream(want).map(Math::abs).max().orElseThrow();
    double worst = 0;
    for (int i = 0; i < want.length; i++) {
      worst = Math.max(worst, Math.abs(have[i] - want[i]));
    }
    return worst / Math.max(largest, least);
  }
}
