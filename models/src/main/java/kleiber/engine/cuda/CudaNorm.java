package kleiber.engine.cuda;

import kleiber.engine.Kernel;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch.Grid;

/** Layer norm and RMS norm; means and scales are kept from the forward pass. */
final class CudaNorm extends CudaOperation {
  private static final int WARPS = 4;
  private static final int LANES = 32;

  private final Kernel.Norm k;
  private final int d;
  private final int groupsOfRow;
  private final int sets;
  private final int size;
  private final Chunks chunks;
  private final CudaMemory.Region means;
  private final CudaMemory.Region scales;

  CudaNorm(Kernel.Norm k, CudaMemory memory, CudaStream stream) {
    super(memory, stream);
    this.k = k;
    d = k.gain_GxD().last();
    groupsOfRow = k.x_RxF().last() / d;
    sets = k.gain_GxD().rows();
    size = k.x_RxF().size() / d;
    chunks = Chunks.of(k.x_RxF().rows());
    means = memory.reserve((long) Float.BYTES * members * size);
    scales = memory.reserve((long) Float.BYTES * members * size);
    memory.needScratch(2 * partials());
  }

  /** Bytes of the sums by chunk for the gains, or for the biases. */
  private long partials() {
    return chunks.bytes(members, k.gain_GxD().size());
  }

  private Grid grid() {
    return new Grid(Math.ceilDiv(size, WARPS), members, 1);
  }

  @Override
  void forward() {
    launch(
        "norm",
        "norm_forward",
        grid(),
        WARPS * LANES,
        0,
        memory.value(k.x_RxF()),
        memory.value(k.gain_GxD()),
        k.bias_GxD().map(memory::value).orElse(0L),
        memory.stride(k.gain_GxD()),
        memory.value(k.y_RxF()),
        halves(k.y_RxF()),
        means.address(),
        scales.address(),
        groupsOfRow,
        k.groups(),
        sets,
        d,
        flag(k.centred()),
        (float) k.epsilon(),
        size);
  }

  @Override
  void backward(boolean[] add) {
    long dy = memory.gradient(k.y_RxF());
    launch(
        "norm",
        "norm_backward",
        grid(),
        WARPS * LANES,
        0,
        memory.value(k.x_RxF()),
        memory.value(k.gain_GxD()),
        memory.stride(k.gain_GxD()),
        dy,
        means.address(),
        scales.address(),
        memory.gradient(k.x_RxF()),
        halfGradient(k.x_RxF()),
        flag(add[0]),
        groupsOfRow,
        k.groups(),
        sets,
        d,
        flag(k.centred()),
        size);
    long gains = memory.scratch();
    long biases = k.bias_GxD().isPresent() ? gains + partials() : 0;
    sumChunks(
        "norm",
        "norm_parameters",
        chunks,
        k.gain_GxD().size(),
        memory.value(k.x_RxF()),
        dy,
        means.address(),
        scales.address(),
        gains,
        biases,
        groupsOfRow,
        k.groups(),
        sets,
        d,
        k.x_RxF().rows(),
        chunks.rowsOfChunk());
    gather(gains, chunks.count(), k.gain_GxD(), add[1]);
    k.bias_GxD().ifPresent(bias -> gather(biases, chunks.count(), bias, add[2]));
  }
}
