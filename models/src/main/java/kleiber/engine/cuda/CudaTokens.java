package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaDevice;
import kleiber.engine.cuda.driver.CudaStream;

/**
 * Token ids on their way to the card, beside the work there: they wait in a place of their own
 * until that work no longer reads those before them.
 */
final class CudaTokens implements AutoCloseable {
  private final CudaMemory memory;
  private final CudaStream work;
  private CudaStream copies;
  private final Map<Tensor, CudaMemory.Region> waiting = new HashMap<>();
  private final Map<Tensor, Long> written = new HashMap<>();

  /**
   * @param work that reads them
   */
  CudaTokens(Program program, CudaMemory memory, CudaStream work) {
    this.memory = memory;
    this.work = work;
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == Tensor.Role.TOKENS) {
        waiting.put(
            tensor, memory.reserve((long) Integer.BYTES * tensor.size() * memory.members()));
      }
    }
  }

  /** Lets ids come, after what was done to the memory up to now. */
  void begin(CudaDevice device) {
    copies = device.copies();
    try {
      copies.after(work);
    } catch (Throwable e) { // no one else could give it back
      copies.close();
      throw e;
    }
  }

  /** Sends ids on their way. */
  void write(Tensor tokens, int[] ids) {
    copies.upload(waiting.get(tokens).address(), MemorySegment.ofArray(ids));
    written.put(tokens, (long) Integer.BYTES * ids.length);
  }

  /** Puts what is on its way where work that is given from now on reads it. */
  void take() {
    if (written.isEmpty()) {
      return;
    }
    work.after(copies);
    written.forEach(
        (tokens, bytes) -> work.copy(memory.value(tokens), waiting.get(tokens).address(), bytes));
    copies.after(work); // or the next ids would come over these
    written.clear();
  }

  @Override
  public void close() {
    copies.close();
  }
}
