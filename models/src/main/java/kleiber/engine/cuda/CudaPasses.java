package kleiber.engine.cuda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * Whole passes: kernels in their order, but that heads make no logits of a whole batch. Of each
 * pass nothing is copied to the card or from there, so that it can be recorded.
 */
final class CudaPasses {
  private final Map<Kernel, CudaOperation> operations = new LinkedHashMap<>();

  /**
   * @param heads of the program
   * @param rowsOfChunk of a member, whose logits a head makes at once
   */
  CudaPasses(
      Program program,
      Map<Kernel, Kernel.CrossEntropy> heads,
      ToIntFunction<Kernel.Linear> rowsOfChunk,
      CudaMemory memory,
      CudaStream stream,
      CardProperties card) {
    for (Kernel kernel : program.forward()) {
      if (kernel instanceof Kernel.Linear k && heads.containsKey(k)) {
        int rows = rowsOfChunk.applyAsInt(k);
        operations.put(k, new CudaHead(k, heads.get(k), rows, memory, stream, card));
      } else if (!heads.containsValue(kernel)) {
        operations.put(kernel, CudaOperation.of(kernel, memory, stream, card));
      }
    }
  }

  /** What is written once, after memory is there. */
  void prepare() {
    operations.values().forEach(CudaOperation::prepare);
  }

  /** The forward pass. */
  void evaluate() {
    operations.values().forEach(CudaOperation::forward);
  }

  /**
   * Both passes.
   *
   * @param calls those of the program's backward pass, whatever parameters' gradients they add to
   */
  void gradients(List<Program.Backward> calls) {
    for (CudaOperation operation : operations.values()) {
      if (!(operation instanceof CudaHead)) { // which does it all in its backward pass
        operation.forward();
      }
    }
    for (Program.Backward call : calls) {
      CudaOperation operation = operations.get(call.kernel());
      if (operation != null) { // the loss of a head is its own affair
        operation.backward(call);
      }
    }
  }
}
