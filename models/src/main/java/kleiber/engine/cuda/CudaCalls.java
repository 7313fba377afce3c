package kleiber.engine.cuda;

import java.util.HashMap;
import java.util.Map;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * The kernels of a program one by one, each keeping what it makes: the logits, and the gradient of
 * every activation.
 */
final class CudaCalls implements AutoCloseable {
  private final CudaMemory memory;
  private final Map<Kernel, CudaOperation> operations = new HashMap<>();
  private final CudaPass forward;
  private final CudaPass backward;

  /**
   * @param passes the memory of whole passes, with which these have in common what that holds
   */
  CudaCalls(Program program, CudaMemory passes, CudaStream stream, CardProperties card) {
    memory = passes.ofCalls(program);
    forward = new CudaPass(stream, () -> program.forward().forEach(this::forward));
    backward = new CudaPass(stream, () -> program.backward().forEach(this::backward));
    try {
      for (Kernel kernel : program.forward()) {
        operations.put(kernel, CudaOperation.of(kernel, memory, stream, card));
      }
      memory.allocate();
      operations.values().forEach(CudaOperation::prepare);
    } catch (Throwable e) { // no one else could give the memory back
      stream.synchronize();
      close();
      throw e;
    }
  }

  CudaMemory memory() {
    return memory;
  }

  void forward() {
    forward.run();
  }

  void backward() {
    backward.run();
  }

  void forward(Kernel kernel) {
    operation(kernel).forward();
  }

  void backward(Program.Backward call) {
    operation(call.kernel()).backward(call);
  }

  private CudaOperation operation(Kernel kernel) {
    CudaOperation operation = operations.get(kernel);
    if (operation == null) {
      throw new IllegalArgumentException("the program has no kernel " + kernel);
    }
    return operation;
  }

  /** Gives the memory back, when nothing is at work on it any more. */
  @Override
  public void close() {
    forward.close();
    backward.close();
    memory.close();
  }
}
