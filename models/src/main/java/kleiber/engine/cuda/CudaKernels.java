package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import kleiber.engine.BoundProgram;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Step;
import kleiber.engine.Tensor;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * A program bound to the {@link CudaEngine}. What whole passes need is allocated when it is bound;
 * what kernels need beside it that are called one by one, when the first of them is.
 */
final class CudaKernels extends BoundProgram {
  /** Numbers for which the wait for the card is little beside the copy. */
  private static final double LARGE = 1 << 22;

  private final CardProperties card;
  private final CudaStream stream;
  private final CudaPass evaluate;
  private final CudaPass gradients;
  private final CudaPass gradientsOnto;
  private final CudaMemory memory;
  private final CudaOptimizer optimizer;
  private final CudaSums sums;
  private final CudaTokens tokens;
  private final CudaStep step;
  private CudaCalls calls;

  CudaKernels(Program program, int members, CudaDevice device) {
    this(program, members, device, CudaHead::rowsOfChunk);
  }

  /**
   * @param rowsOfChunk of a member, whose logits a head makes at once
   */
  CudaKernels(
      Program program, int members, CudaDevice device, ToIntFunction<Kernel.Linear> rowsOfChunk) {
    super(program, members);
    card = device.properties();
    stream = device.stream();
    Map<Kernel, Kernel.CrossEntropy> heads = CudaHead.of(program);
    Forms forms = Forms.of(program, heads.keySet(), card);
    memory = new CudaMemory(device, stream, program, members, CudaHead.logits(heads), forms);
    try {
      CudaPasses passes = new CudaPasses(program, heads, rowsOfChunk, memory, stream, card);
      evaluate = new CudaPass(stream, passes::evaluate);
      Runnable both = () -> passes.gradients(program.backward(false));
      gradients = new CudaPass(stream, both);
      gradientsOnto = new CudaPass(stream, () -> passes.gradients(program.backward(true)));
      optimizer = new CudaOptimizer(program, memory, stream);
      sums = new CudaSums(memory, stream);
      tokens = new CudaTokens(program, memory, stream);
      step = new CudaStep(memory, stream, optimizer, sums, both);
      memory.allocate();
      passes.prepare();
      tokens.begin(device);
    } catch (Throwable e) { // no one else could give the memory back
      stream.close();
      memory.close();
      throw e;
    }
  }

  private CudaCalls calls() {
    if (calls == null) {
      calls = new CudaCalls(program(), memory, stream, card);
    }
    return calls;
  }

  @Override
  public void forward() {
    tokens.take();
    calls().forward();
  }

  @Override
  public void backward() {
    tokens.take();
    calls().backward();
  }

  @Override
  public void evaluate() {
    tokens.take();
    evaluate.run();
  }

  @Override
  public void gradients(boolean onto) {
    tokens.take();
    (onto ? gradientsOnto : gradients).run();
  }

  @Override
  public void forward(Kernel kernel) {
    tokens.take();
    calls().forward(kernel);
  }

  @Override
  public void backward(Program.Backward call) {
    tokens.take();
    calls().backward(call);
  }

  @Override
  public double[] gradientNorms() {
    return optimizer.gradientNorms();
  }

  /** {@inheritDoc} All of it is one recording. */
  @Override
  public Supplier<Step.Outcome> step(Step next, Tensor losses) {
    check(losses, 0);
    tokens.take();
    return step.run(next, losses);
  }

  @Override
  public void update(Update update) {
    optimizer.update(update);
  }

  @Override
  public void write(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    upload(tensor, member, value(tensor), values);
  }

  @Override
  public double[] read(Tensor tensor, int member) {
    check(tensor, member);
    return download(tensor, member, value(tensor));
  }

  /** {@inheritDoc} By one copy, unless it is a large one. */
  @Override
  public double[][] read(Tensor tensor) {
    check(tensor, 0);
    if ((double) memory.stride(tensor) * members() > LARGE) {
      return super.read(tensor);
    }
    long stride = memory.stride(tensor);
    float[] floats = new float[Math.toIntExact(stride * (members() - 1) + tensor.size())];
    stream.download(MemorySegment.ofArray(floats), value(tensor));
    double[][] values = new double[members()][tensor.size()];
    for (int member = 0; member < values.length; member++) {
      int first = Math.toIntExact(stride * member);
      for (int i = 0; i < tensor.size(); i++) {
        values[member][i] = floats[first + i];
      }
    }
    return values;
  }

  @Override
  public double[] sums(Tensor tensor) {
    check(tensor, 0);
    return sums.of(tensor, value(tensor));
  }

  @Override
  public void writeGradient(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    upload(tensor, member, gradient(tensor), values);
  }

  @Override
  public double[] readGradient(Tensor tensor, int member) {
    check(tensor, member);
    return download(tensor, member, gradient(tensor));
  }

  @Override
  public void writeTokens(Tensor tensor, int[] ids) {
    checkTokens(tensor, ids);
    tokens.write(tensor, ids);
  }

  @Override
  public double[] readMoment(Tensor parameter, int member, int which) {
    checkMoment(parameter, member, which);
    return download(parameter, member, memory.moment(parameter, which));
  }

  @Override
  public void writeMoment(Tensor parameter, int member, int which, double[] values) {
    checkMoment(parameter, member, which);
    check(parameter, member, values);
    upload(parameter, member, memory.moment(parameter, which), values);
  }

  private long value(Tensor tensor) {
    return memory.holds(tensor) ? memory.value(tensor) : calls().memory().value(tensor);
  }

  private long gradient(Tensor tensor) {
    return tensor.role() == Tensor.Role.PARAMETER
        ? memory.gradient(tensor)
        : calls().memory().gradient(tensor);
  }

  private void upload(Tensor tensor, int member, long first, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    stream.upload(ofMember(tensor, member, first), MemorySegment.ofArray(floats));
  }

  private double[] download(Tensor tensor, int member, long first) {
    float[] floats = new float[tensor.size()];
    stream.download(MemorySegment.ofArray(floats), ofMember(tensor, member, first));
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  private long ofMember(Tensor tensor, int member, long first) {
    return first + Float.BYTES * memory.stride(tensor) * member;
  }

  @Override
  public void close() {
    tokens.close();
    stream.close(); // waits for the work that the rest is for
    evaluate.close();
    gradients.close();
    gradientsOnto.close();
    step.close();
    if (calls != null) {
      calls.close();
    }
    memory.close();
  }
}
