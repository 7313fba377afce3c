package kleiber.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kleiber.engine.Engine;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.models.KernelFamily;

/**
 * A cohort of one configuration that trains on random tokens, and the time that the parts of its
 * steps take. A step is what a training does: batch, gradients, losses, norms, update.
 */
final class Training implements AutoCloseable {
  private final Configuration configuration;
  private final Program program;
  private final Kernels kernels;
  private final Tensor inputs_BxT;
  private final Tensor targets_BxT;
  private final Tensor losses_BxT;
  private final SplittableRandom random = new SplittableRandom(1);
  private long steps;

  Training(Configuration configuration, Engine engine, int members, Precision precision) {
    this.configuration = configuration;
    program =
        configuration
            .model()
            .program(Configuration.VOCABULARY, configuration.batch(), Configuration.CONTEXT)
            .in(precision);
    inputs_BxT = named(KernelFamily.INPUTS);
    targets_BxT = named(KernelFamily.TARGETS);
    losses_BxT = named(KernelFamily.LOSSES);
    kernels = engine.bind(program, members);
    for (Tensor parameter : program.parameters()) {
      for (int member = 0; member < members; member++) {
        kernels.write(parameter, member, configuration.model().initial(parameter, member));
      }
    }
  }

  private Tensor named(String name) {
    return program.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Seconds of the parts of one step. */
  record Step(double gradients, double norm, double update) {
    double seconds() {
      return gradients + norm + update;
    }
  }

  /**
   * Trains one step.
   *
   * @throws IllegalStateException when a loss is not finite: then something else was timed
   */
  Step step() {
    long start = System.nanoTime();
    writeBatch();
    kernels.gradients();
    for (int member = 0; member < kernels.members(); member++) {
      double loss = Arrays.stream(kernels.read(losses_BxT, member)).average().orElseThrow();
      if (!Double.isFinite(loss)) {
        throw new IllegalStateException("the loss of step " + (steps + 1) + " is " + loss);
      }
    }
    long gradients = System.nanoTime();
    double[] norms = kernels.gradientNorms();
    long norm = System.nanoTime();
    kernels.update(adamW(norms));
    long update = System.nanoTime();
    return new Step((gradients - start) / 1e9, (norm - gradients) / 1e9, (update - norm) / 1e9);
  }

  private void writeBatch() {
    int[] inputs = new int[kernels.members() * configuration.tokensPerStep()];
    int[] targets = new int[inputs.length];
    for (int from = 0; from < inputs.length; from += Configuration.CONTEXT) {
      int next = random.nextInt(Configuration.VOCABULARY);
      for (int i = from; i < from + Configuration.CONTEXT; i++) {
        inputs[i] = next;
        next = random.nextInt(Configuration.VOCABULARY);
        targets[i] = next;
      }
    }
    kernels.writeTokens(inputs_BxT, inputs);
    kernels.writeTokens(targets_BxT, targets);
  }

  private Update adamW(double[] norms) {
    int members = norms.length;
    boolean[] active = new boolean[members];
    Arrays.fill(active, true);
    double[] scale = Arrays.stream(norms).map(norm -> Math.min(1, 1 / norm)).toArray();
    double[] rates = new double[members];
    Arrays.fill(rates, 1e-3);
    Update.AdamW rule = new Update.AdamW(0.9, 0.95, 1e-8, 0.1);
    return new Update(++steps, active, rates, scale, Collections.nCopies(members, rule));
  }

  /** Seconds of each kernel run by itself, forward and backward. */
  record KernelTime(Kernel kernel, double forward, double backward) {}

  /** Runs a forward and a backward pass kernel by kernel. Weights stay as they are. */
  List<KernelTime> oneByOne() {
    Map<Kernel, Double> forward = new LinkedHashMap<>();
    writeBatch();
    for (Kernel kernel : program.forward()) {
      forward.put(kernel, seconds(() -> kernels.forward(kernel)));
    }
    Map<Kernel, Double> backward = new LinkedHashMap<>();
    for (Program.Backward call : program.backward()) {
      backward.put(call.kernel(), seconds(() -> kernels.backward(call)));
    }
    List<KernelTime> times = new ArrayList<>();
    forward.forEach(
        (kernel, time) -> times.add(new KernelTime(kernel, time, backward.get(kernel))));
    return times;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
