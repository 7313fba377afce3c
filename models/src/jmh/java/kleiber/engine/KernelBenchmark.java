package kleiber.engine;

import static kleiber.engine.Tensor.Role.ACTIVATION;
import static kleiber.engine.Tensor.Role.PARAMETER;
import static kleiber.engine.Tensor.Role.TOKENS;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import kleiber.engine.host.HostEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each kernel of the {@link HostEngine} by itself, over a whole batch, in the places where GPT has
 * it. {@code -p threads=1} tells a kernel's own speed from how it shares the cores.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
  private static final int BATCH = 32;
  private static final int CONTEXT = 128;
  private static final int VOCABULARY = 256;

  /** A place in GPT. */
  public enum Place {
    EMBEDDING,
    POSITION,
    ROTARY,
    LAYER_NORM,
    RMS_NORM,
    QKV,
    ATTENTION,
    PROJECTION,
    UP,
    GELU,
    GELU_ERF,
    GATE,
    DOWN,
    ADD,
    HEAD,
    CROSS_ENTROPY
  }

  @Param public Place place;

  @Param({"64", "256"})
  public int width;

  @Param("4")
  public int heads;

  @Param("1")
  public int members;

  @Param("0")
  public int threads;

  private Engine engine;
  private Kernels kernels;
  private Kernel kernel;
  private Program.Backward call;

  @Setup
  public void bind() {
    kernel = kernel();
    Program program = new Program(List.of(kernel));
    call = program.backward().getFirst();
    engine = new HostEngine(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    kernels = engine.bind(program, members);
    SplittableRandom random = new SplittableRandom(1);
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == TOKENS) {
        kernels.writeTokens(
            tensor, random.ints((long) members * tensor.size(), 0, VOCABULARY).toArray());
        continue;
      }
      for (int member = 0; member < members; member++) {
        kernels.write(tensor, member, random.doubles(tensor.size(), -1, 1).toArray());
        kernels.writeGradient(tensor, member, random.doubles(tensor.size(), -1, 1).toArray());
      }
    }
    kernels.forward();
  }

  private Kernel kernel() {
    int d = width;
    return switch (place) {
      case EMBEDDING ->
          new Kernel.Embedding(tokens("tokens"), parameter("table", VOCABULARY, d), rows("y", d));
      case POSITION ->
          new Kernel.Position(rows("x", d), parameter("table", CONTEXT, d), rows("y", d));
      case ROTARY ->
          new Kernel.Rotary(rows("x", 3 * d), 2 * heads, d / heads, 10_000, rows("y", 3 * d));
      case LAYER_NORM -> norm(true);
      case RMS_NORM -> norm(false);
      case QKV -> linear(d, 3 * d);
      case ATTENTION -> new Kernel.Attention(rows("x", 3 * d), heads, rows("y", d));
      case PROJECTION -> linear(d, d);
      case UP -> linear(d, 4 * d);
      case GELU -> activation(Kernel.Activation.Function.GELU);
      case GELU_ERF -> activation(Kernel.Activation.Function.GELU_ERF);
      case GATE -> new Kernel.Gate(rows("x", 8 * d), rows("y", 4 * d));
      case DOWN -> linear(4 * d, d);
      case ADD -> new Kernel.Add(rows("a", d), rows("b", d), rows("y", d));
      case HEAD ->
          new Kernel.Linear(
              rows("x", d),
              parameter("w", VOCABULARY, d),
              true,
              Optional.empty(),
              rows("y", VOCABULARY));
      case CROSS_ENTROPY ->
          new Kernel.CrossEntropy(
              rows("logits", VOCABULARY),
              tokens("targets"),
              new Tensor("loss", ACTIVATION, List.of(BATCH, CONTEXT)));
    };
  }

  private Kernel norm(boolean centred) {
    return new Kernel.Norm(
        rows("x", width),
        centred,
        1e-5,
        1,
        parameter("gain", width),
        centred ? Optional.of(parameter("bias", width)) : Optional.empty(),
        rows("y", width));
  }

  private Kernel linear(int in, int out) {
    return new Kernel.Linear(
        rows("x", in),
        parameter("w", in, out),
        false,
        Optional.of(parameter("bias", out)),
        rows("y", out));
  }

  private Kernel activation(Kernel.Activation.Function function) {
    return new Kernel.Activation(function, rows("x", 4 * width), rows("y", 4 * width));
  }

  private static Tensor rows(String name, int columns) {
    return new Tensor(name, ACTIVATION, List.of(BATCH, CONTEXT, columns));
  }

  private static Tensor parameter(String name, Integer... shape) {
    return new Tensor(name, PARAMETER, List.of(shape));
  }

  private static Tensor tokens(String name) {
    return new Tensor(name, TOKENS, List.of(BATCH, CONTEXT));
  }

  @Benchmark
  public void forward() {
    kernels.forward(kernel);
  }

  @Benchmark
  public void backward() {
    kernels.backward(call);
  }

  @TearDown
  public void close() {
    kernels.close();
    engine.close();
  }
}
