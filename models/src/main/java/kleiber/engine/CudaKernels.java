package kleiber.engine;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.cuda.CudaDevice;
import kleiber.engine.cuda.CudaStream;

/** A program bound to the {@link CudaEngine}. Everything is allocated when it is bound. */
final class CudaKernels extends BoundProgram {
  private final CudaMemory memory;
  private final CudaStream stream;
  private final CudaOptimizer optimizer;
  private final CudaSums sums;
  private final Map<Kernel, CudaOperation> operations = new HashMap<>();
  private final CudaPass forward;
  private final CudaPass backward;
  private final CudaPass backwardOnto;

  CudaKernels(Program program, int members, CudaDevice device) {
    super(program, members);
    memory = new CudaMemory(device, program, members);
    stream = device.stream();
    forward = new CudaPass(stream, () -> program.forward().forEach(this::forward));
    backward = new CudaPass(stream, () -> program.backward(false).forEach(this::backward));
    backwardOnto = new CudaPass(stream, () -> program.backward(true).forEach(this::backward));
    try {
      for (Kernel kernel : program.forward()) {
        operations.put(kernel, CudaOperation.of(kernel, memory, stream, device.properties()));
      }
      optimizer = new CudaOptimizer(program, memory, stream);
      sums = new CudaSums(memory, stream);
      memory.allocate(stream);
      operations.values().forEach(CudaOperation::prepare);
    } catch (Throwable e) { // no one else could give the memory back
      close();
      throw e;
    }
  }

  private CudaOperation operation(Kernel kernel) {
    CudaOperation operation = operations.get(kernel);
    if (operation == null) {
      throw new IllegalArgumentException("the program has no kernel " + kernel);
    }
    return operation;
  }

  @Override
  public void forward() {
    forward.run();
  }

  @Override
  public void backward(boolean onto) {
    (onto ? backwardOnto : backward).run();
  }

  @Override
  public void forward(Kernel kernel) {
    operation(kernel).forward();
  }

  @Override
  public void backward(Program.Backward call) {
    List<Tensor> inputs = call.kernel().inputs();
    boolean[] add = new boolean[inputs.size()];
    for (int i = 0; i < add.length; i++) {
      add[i] = call.accumulate().contains(inputs.get(i));
    }
    operation(call.kernel()).backward(add);
  }

  @Override
  public double[] gradientNorms() {
    return optimizer.gradientNorms();
  }

  @Override
  public void update(Update update) {
    optimizer.update(update);
  }

  @Override
  public void write(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    upload(tensor, member, memory.value(tensor), values);
  }

  @Override
  public double[] read(Tensor tensor, int member) {
    check(tensor, member);
    return download(tensor, member, memory.value(tensor));
  }

  /** {@inheritDoc} By one copy. */
  @Override
  public double[][] read(Tensor tensor) {
    check(tensor, 0);
    long stride = memory.stride(tensor);
    float[] floats = new float[Math.toIntExact(stride * (members() - 1) + tensor.size())];
    stream.download(MemorySegment.ofArray(floats), memory.value(tensor));
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
    return sums.of(tensor);
  }

  @Override
  public void writeGradient(Tensor tensor, int member, double[] values) {
    check(tensor, member, values);
    upload(tensor, member, memory.gradient(tensor), values);
  }

  @Override
  public double[] readGradient(Tensor tensor, int member) {
    check(tensor, member);
    return download(tensor, member, memory.gradient(tensor));
  }

  @Override
  public void writeTokens(Tensor tokens, int[] ids) {
    checkTokens(tokens, ids);
    stream.upload(memory.value(tokens), MemorySegment.ofArray(ids));
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
    forward.close();
    backward.close();
    backwardOnto.close();
    stream.close();
    memory.close();
  }
}
