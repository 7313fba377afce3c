package kleiber.engine.trial;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kleiber.engine.BoundProgram;
import kleiber.engine.Engine;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Kernels;
import kleiber.engine.Precision;
import kleiber.engine.Program;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;

/**
 * Runs one kernel on an engine with numbers drawn from a seed. The numbers of a member depend on
 * the seed, the member's key and the tensor's name alone, and all are exact in float32.
 */
public record Trial(Kernel kernel, int[] memberKeys, long seed, double spread)
    implements EngineTrial {
  /** With numbers of the usual spread, each member having its own. */
  public Trial(Kernel kernel, int members, long seed) {
    this(kernel, keys(members), seed, 1);
  }

  private static int[] keys(int members) {
    int[] keys = new int[members];
    for (int m = 0; m < members; m++) {
      keys[m] = m;
    }
    return keys;
  }

  @Override
  public String title() {
    String room =
        switch (kernel) {
          case ExpertKernel _ -> "expert ";
          case StreamKernel _ -> "stream ";
          default -> "";
        };
    String name = kernel.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    String kind =
        switch (kernel) {
          case Kernel.Activation k -> " " + k.function().name().replace('_', ' ');
          case Kernel.Linear k when k.precision() != Precision.FLOAT32 -> " " + k.precision();
          default -> "";
        };
    return (room + name + kind).toLowerCase(Locale.ROOT);
  }

  /** For each member the output, then gradients overwritten, then added to. */
  @Override
  public Result run(Engine engine) {
    Map<String, double[]> numbers = new HashMap<>();
    try (Kernels bound = engine.bind(new Program(List.of(kernel)), memberKeys.length)) {
      fill(bound);
      bound.forward(kernel);
      collect(bound, false, "forward", numbers);
      bound.backward(new Program.Backward(kernel, Set.of()));
      collect(bound, true, "overwritten", numbers);
      fill(bound);
      bound.forward(kernel);
      Set<Tensor> all = new HashSet<>(BoundProgram.differentiable(kernel));
      bound.backward(new Program.Backward(kernel, all));
      collect(bound, true, "added to", numbers);
    }
    return new Result(numbers);
  }

  /**
   * Each of n terms of a sum is rounded once, by up to half an ulp and in either direction; the
   * factor is for the handful of roundings before and after the sum.
   */
  @Override
  public Deviation compare(Result wanted, Result got) {
    int longestSum =
        kernel.inputs().stream()
            .filter(Tensor::differentiable)
            .mapToInt(tensor -> Math.max(tensor.rows(), tensor.last()))
            .max()
            .orElseThrow();
    return Deviation.ofTensors(
        wanted.numbers(), got.numbers(), 8 * 0x1p-24 * Math.sqrt(longestSum));
  }

  /** Forward and backward. */
  @Override
  public double seconds(Engine engine) {
    try (Kernels bound = engine.bind(new Program(List.of(kernel)), memberKeys.length)) {
      fill(bound);
      Program.Backward call = new Program.Backward(kernel, Set.of());
      return Stopwatch.seconds(
          () -> {
            bound.forward(kernel);
            bound.backward(call);
          },
          () -> bound.read(kernel.output(), 0));
    }
  }

  private void collect(
      Kernels bound, boolean gradients, String phase, Map<String, double[]> numbers) {
    for (int m = 0; m < memberKeys.length; m++) {
      String where = "member " + memberKeys[m] + " " + phase + " ";
      if (gradients) {
        for (Tensor input : BoundProgram.differentiable(kernel)) {
          numbers.put(where + input.name(), bound.readGradient(input, m));
        }
      } else {
        numbers.put(where + kernel.output().name(), bound.read(kernel.output(), m));
      }
    }
  }

  /** Values of the inputs and of all gradients. */
  public void fill(Kernels bound) {
    for (Tensor input : kernel.inputs()) {
      if (input.role() == Tensor.Role.TOKENS) {
        bound.writeTokens(input, tokens(input));
        continue;
      }
      for (int m = 0; m < memberKeys.length; m++) {
        bound.write(input, m, values(input, m));
        bound.writeGradient(input, m, draw(input.name() + " gradient", m, input.size(), 1));
      }
    }
    for (int m = 0; m < memberKeys.length; m++) {
      Tensor y = kernel.output();
      bound.writeGradient(y, m, draw(y.name() + " gradient", m, y.size(), 1));
    }
  }

  double[] values(Tensor input, int member) {
    double scale = input.role() == Tensor.Role.PARAMETER ? 1 : spread;
    return draw(input.name(), member, input.size(), scale);
  }

  /** Ids of all members, drawn from each one's key: [M, …]. */
  public int[] tokens(Tensor tokens) {
    int vocabulary =
        switch (kernel) {
          case Kernel.Embedding k -> k.table_VxD().rows();
          case Kernel.CrossEntropy k -> k.logits_BxTxV().last();
          default -> throw new IllegalStateException("no vocabulary");
        };
    int[] ids = new int[memberKeys.length * tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      Random random = random(tokens.name(), i / tokens.size());
      random.setSeed(random.nextLong() + i % tokens.size());
      ids[i] = scored(i % tokens.size()) ? random.nextInt(vocabulary) : -1;
    }
    return ids;
  }

  /** As many targets are as the kernel says, evenly spread. */
  private boolean scored(int row) {
    if (!(kernel instanceof Kernel.CrossEntropy k)) {
      return true;
    }
    long rows = k.targets_BxT().size();
    return row * (long) k.scored() / rows != (row + 1) * (long) k.scored() / rows;
  }

  private double[] draw(String name, int member, int size, double scale) {
    Random random = random(name, member);
    double[] numbers = new double[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (scale * random.nextGaussian());
    }
    return numbers;
  }

  private Random random(String name, int member) {
    return new Random(seed * 31 + name.hashCode() * 17L + memberKeys[member]);
  }
}
