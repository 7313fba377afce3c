package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.List;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch;
import kleiber.engine.cuda.driver.Launch.Grid;

/**
 * The sum of each member's values, taken on the card by a block a member, so that one number of a
 * member is all that is copied from there.
 */
final class CudaSums {
  private static final int THREADS = 256;

  private final CudaMemory memory;
  private final CudaStream stream;
  private final CudaMemory.Region sums;

  CudaSums(CudaMemory memory, CudaStream stream) {
    this.memory = memory;
    this.stream = stream;
    sums = memory.reserve((long) Double.BYTES * memory.members());
  }

  /**
   * @param values where those of member 0 lie
   * @param to doubles, by member
   */
  void launch(Tensor tensor, long values, long to) {
    stream.launch(
        new Launch(
            "sums",
            "member_sums",
            new Grid(memory.members(), 1, 1),
            THREADS,
            0,
            List.of(values, memory.stride(tensor), to, tensor.size())));
  }

  /**
   * By member.
   *
   * @param values where those of member 0 lie
   */
  double[] of(Tensor tensor, long values) {
    double[] copy = new double[memory.members()];
    launch(tensor, values, sums.address());
    stream.download(MemorySegment.ofArray(copy), sums.address());
    return copy;
  }
}
