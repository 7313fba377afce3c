package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.SmallGpt;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaDevice;

/**
 * Whole passes, with heads in several chunks of rows, the last one shorter, beside the same
 * engine's calls one by one, which keep logits whole and every activation as it is; and gradients
 * that are added to those of other tokens.
 */
record CardHeads(CardSizes sizes, CudaDevice card, CardLog log) {
  private static final int[] KEYS = {1, 2};

  /** What is read of a pass: losses by member, gradients by member and parameter. */
  private record Pass(double[][] losses, double[][] gradients) {}

  void check() {
    for (Precision precision : Precision.values()) {
      check("tied head", precision, sizes.head().program().in(precision));
      check("head", precision, untied(sizes.head().program()).in(precision));
    }
  }

  /** The head's layer of a program that ends in one. */
  static Kernel.Linear layer(Program program) {
    return (Kernel.Linear) program.forward().get(program.forward().size() - 2);
  }

  /** The same with weights of the head's own, [width, vocabulary]. */
  private static Program untied(Program program) {
    Kernel.Linear tied = layer(program);
    List<Integer> shape = List.of(tied.x_RxI().last(), tied.y_RxO().last());
    Tensor w = new Tensor("head", Tensor.Role.PARAMETER, shape);
    List<Kernel> kernels = new ArrayList<>(program.forward());
    kernels.set(
        kernels.indexOf(tied),
        new Kernel.Linear(tied.x_RxI(), w, false, Optional.empty(), tied.y_RxO()));
    return new Program(kernels);
  }

  private void check(String kind, Precision precision, Program program) {
    Kernel.Linear layer = layer(program);
    int rows = layer.y_RxO().rows();
    int rowsOfChunk = sizes.rowsOfChunk().applyAsInt(layer);
    String of =
        "%s %s, %d x %s to %s in chunks of %d of %d rows: "
            .formatted(
                kind,
                precision,
                KEYS.length,
                layer.x_RxI().shape(),
                layer.y_RxO().shape(),
                rowsOfChunk,
                rows);
    double tolerance = tolerance(precision);
    try (Kernels bound = new CudaKernels(program, KEYS.length, card, sizes.rowsOfChunk())) {
      SmallGpt.fill(bound, KEYS);
      Pass other = calls(bound, 7);
      Pass whole = calls(bound, 3);
      double losses = 0;
      double gradients = 0;
      double evaluated = 0;
      double added = 0;
      double[][] sum = sum(other.gradients(), whole.gradients());
      for (int run = 0; run < 2; run++) { // as it is, and recorded
        tokens(bound, 7);
        forget(bound);
        bound.gradients(false);
        gradients = Math.max(gradients, error(other.gradients(), read(bound).gradients()));
        tokens(bound, 3);
        bound.gradients(true);
        Pass last = read(bound);
        losses = Math.max(losses, error(whole.losses(), last.losses()));
        added = Math.max(added, error(sum, last.gradients()));
        forget(bound);
        bound.evaluate();
        evaluated = Math.max(evaluated, error(whole.losses(), losses(bound)));
      }
      log.compare(of + "gradients", gradients, tolerance);
      log.compare(of + "gradients added to others", added, tolerance);
      log.compare(of + "losses of both passes", losses, tolerance);
      log.compare(of + "losses alone", evaluated, tolerance);
    }
  }

  /**
   * Of the largest number that should come: sums of as many terms as there are words, in another
   * order; or factors that lie between two numbers of the precision and are rounded to the other.
   */
  private static double tolerance(Precision precision) {
    return precision == Precision.FLOAT32 ? 1e-4 : 0x1p-8;
  }

  /** Tokens that a seed decides; the last row of every sequence is to be followed by the last. */
  private void tokens(Kernels bound, int seed) {
    SmallGpt head = sizes.head();
    Random random = new Random(seed);
    int count = bound.members() * head.batch() * head.context();
    bound.writeTokens(head.inputs(), random.ints(count, 0, head.vocabulary()).toArray());
    int[] targets = random.ints(count, 0, head.vocabulary()).toArray();
    for (int i = head.context() - 1; i < count; i += head.context()) {
      targets[i] = head.vocabulary() - 1;
    }
    bound.writeTokens(head.targets(), targets);
  }

  private Pass calls(Kernels bound, int seed) {
    tokens(bound, seed);
    bound.forward();
    bound.backward();
    return read(bound);
  }

  /** What was there is not taken for what a pass has made. */
  private void forget(Kernels bound) {
    for (int m = 0; m < bound.members(); m++) {
      bound.write(sizes.head().losses(), m, none(sizes.head().losses()));
      for (Tensor parameter : bound.program().parameters()) {
        bound.writeGradient(parameter, m, none(parameter));
      }
    }
  }

  private static double[] none(Tensor like) {
    double[] none = new double[like.size()];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  private Pass read(Kernels bound) {
    List<double[]> gradients = new ArrayList<>();
    for (int m = 0; m < bound.members(); m++) {
      for (Tensor parameter : bound.program().parameters()) {
        gradients.add(bound.readGradient(parameter, m));
      }
    }
    return new Pass(losses(bound), gradients.toArray(double[][]::new));
  }

  private double[][] losses(Kernels bound) {
    return bound.read(sizes.head().losses());
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = new double[a[i].length];
      for (int j = 0; j < sum[i].length; j++) {
        sum[i][j] = a[i][j] + b[i][j];
      }
    }
    return sum;
  }

  /** Of the worst of them; NaN if a number is, or if all that should come are 0. */
  private static double error(double[][] want, double[][] have) {
    double worst = 0;
    for (int i = 0; i < want.length; i++) {
      worst = Math.max(worst, CardKernels.error(want[i], have[i], 0));
    }
    return worst;
  }
}
