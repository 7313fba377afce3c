package kleiber.engine;

import static kleiber.engine.Tensor.Role.ACTIVATION;
import static kleiber.engine.Tensor.Role.PARAMETER;
import static kleiber.engine.Tensor.Role.TOKENS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A program in the likeness of GPT-2, head tied to the embedding, to run kernels together. */
public record SmallGpt(int batch, int context, int width, int layers, int heads, int vocabulary) {
  /**
   * Its large epsilon keeps gradients that are zero but for rounding (those of the keys' biases)
   * from moving weights.
   */
  public static final Update.AdamW ADAMW = new Update.AdamW(0.9, 0.95, 1e-3, 0.1);

  public Tensor inputs() {
    return new Tensor("inputs", TOKENS, List.of(batch, context));
  }

  public Tensor targets() {
    return new Tensor("targets", TOKENS, List.of(batch, context));
  }

  public Tensor losses() {
    return new Tensor("losses", ACTIVATION, List.of(batch, context));
  }

  public Program program() {
    List<Kernel> kernels = new ArrayList<>();
    Tensor table = parameter("table", vocabulary, width);
    Tensor embedded = rows("embedded", width);
    kernels.add(new Kernel.Embedding(inputs(), table, embedded));
    Tensor x = rows("positioned", width);
    kernels.add(new Kernel.Position(embedded, parameter("positions", context, width), x));
    for (int layer = 0; layer < layers; layer++) {
      x = block(kernels, "block" + layer, x);
    }
    Tensor normal = norm(kernels, "final", x);
    Tensor logits = rows("logits", vocabulary);
    kernels.add(new Kernel.Linear(normal, table, true, Optional.empty(), logits));
    kernels.add(new Kernel.CrossEntropy(logits, targets(), losses()));
    return new Program(kernels);
  }

  private Tensor block(List<Kernel> kernels, String name, Tensor x) {
    Tensor qkv = linear(kernels, name + ".qkv", norm(kernels, name + ".norm1", x), 3 * width);
    Tensor attended = rows(name + ".attended", width);
    kernels.add(new Kernel.Attention(qkv, heads, attended));
    Tensor middle = rows(name + ".middle", width);
    kernels.add(new Kernel.Add(x, linear(kernels, name + ".out", attended, width), middle));
    Tensor up = linear(kernels, name + ".up", norm(kernels, name + ".norm2", middle), 4 * width);
    Tensor active = rows(name + ".active", 4 * width);
    kernels.add(new Kernel.Activation(Kernel.Activation.Function.GELU, up, active));
    Tensor y = rows(name + ".y", width);
    kernels.add(new Kernel.Add(middle, linear(kernels, name + ".down", active, width), y));
    return y;
  }

  private Tensor linear(List<Kernel> kernels, String name, Tensor x, int columns) {
    Tensor y = rows(name + ".rows", columns);
    Tensor weight = parameter(name + ".weight", x.last(), columns);
    Optional<Tensor> bias = Optional.of(parameter(name + ".bias", columns));
    kernels.add(new Kernel.Linear(x, weight, false, bias, y));
    return y;
  }

  private Tensor norm(List<Kernel> kernels, String name, Tensor x) {
    Tensor y = rows(name + ".rows", width);
    Optional<Tensor> bias = Optional.of(parameter(name + ".bias", width));
    kernels.add(new Kernel.Norm(x, true, 1e-5, 1, parameter(name + ".gain", width), bias, y));
    return y;
  }

  private Tensor rows(String name, int columns) {
    return new Tensor(name, ACTIVATION, List.of(batch, context, columns));
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, PARAMETER, List.of(shape));
  }

  /**
   * Weights and tokens that depend on each member's key alone, in any program that embeds tokens
   * first and scores them last.
   */
  public static void fill(Kernels bound, int... memberKeys) {
    Kernel.Embedding first = (Kernel.Embedding) bound.program().forward().getFirst();
    Kernel.CrossEntropy last = (Kernel.CrossEntropy) bound.program().forward().getLast();
    int vocabulary = first.table_VxD().rows();
    int rows = last.targets_BxT().size();
    int[] tokens = new int[bound.members() * rows];
    int[] next = new int[tokens.length];
    for (int m = 0; m < memberKeys.length; m++) {
      Random random = new Random(memberKeys[m]);
      for (Tensor parameter : bound.program().parameters()) {
        double[] values = new double[parameter.size()];
        double level = parameter.name().endsWith("gain") ? 1 : 0;
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (level + 0.1 * random.nextGaussian());
        }
        bound.write(parameter, m, values);
      }
      for (int i = 0; i < rows; i++) {
        tokens[m * rows + i] = random.nextInt(vocabulary);
        next[m * rows + i] = random.nextInt(vocabulary);
      }
    }
    bound.writeTokens(first.tokens_BxT(), tokens);
    bound.writeTokens(last.targets_BxT(), next);
  }

  /** An update by {@link #ADAMW} with another learning rate for each member's key. */
  public static Update step(long step, int... memberKeys) {
    return step(step, ADAMW, memberKeys);
  }

  /** The same by another rule. */
  public static Update step(long step, Update.Rule rule, int... memberKeys) {
    int members = memberKeys.length;
    boolean[] active = new boolean[members];
    double[] learningRate = new double[members];
    double[] scale = new double[members];
    for (int m = 0; m < members; m++) {
      active[m] = true;
      learningRate[m] = 1e-3 * (1 + memberKeys[m]);
      scale[m] = 1;
    }
    return new Update(step, active, learningRate, scale, Collections.nCopies(members, rule));
  }

  /** The same as part of a step that is taken as a whole. */
  public static Step whole(long step, Update.Rule rule, int... memberKeys) {
    Update update = step(step, rule, memberKeys);
    double[] clip = new double[memberKeys.length];
    Arrays.fill(clip, Double.MAX_VALUE);
    return new Step(step, update.learningRate(), clip, update.rules());
  }
}
