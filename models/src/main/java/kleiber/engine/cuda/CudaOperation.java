package kleiber.engine.cuda;

import java.util.List;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.StreamKernel;
import kleiber.engine.Tensor;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaStream;
import kleiber.engine.cuda.driver.Launch;
import kleiber.engine.cuda.driver.Launch.Grid;

/** A kernel bound to the memory of a card, for all members. */
abstract class CudaOperation {
  private static final int THREADS = 256;
  private static final int COLUMNS = 32;

  /** Elements for each thread of a bulk kernel, as kleiber.cuh has it. */
  private static final int OF_BULK = 4;

  private static final int LEAST_ROWS = 64;
  private static final int MOST_CHUNKS = 128;

  final CudaMemory memory;
  final int members;
  private final CudaStream stream;

  CudaOperation(CudaMemory memory, CudaStream stream) {
    this.memory = memory;
    this.members = memory.members();
    this.stream = stream;
  }

  static CudaOperation of(
      Kernel kernel, CudaMemory memory, CudaStream stream, CardProperties card) {
    return switch (kernel) {
      case Kernel.Embedding k -> new CudaEmbedding(k, memory, stream);
      case Kernel.Position k -> new CudaPosition(k, memory, stream);
      case Kernel.Rotary k -> new CudaRotary(k, memory, stream);
      case Kernel.Norm k -> new CudaNorm(k, memory, stream);
      case Kernel.Linear k -> new CudaLinear(k, memory, stream, card);
      case Kernel.Attention k -> new CudaAttention(k, memory, stream, card);
      case Kernel.Activation k -> new CudaActivation(k, memory, stream);
      case Kernel.Gate k -> new CudaGate(k, memory, stream);
      case Kernel.Add k -> new CudaAdd(k, memory, stream);
      case Kernel.CrossEntropy k -> new CudaCrossEntropy(k, memory, stream);
      case StreamKernel.Copy k -> new CudaCopy(k, memory, stream);
      case StreamKernel.Prefix k -> new CudaPrefix(k, memory, stream);
      case StreamKernel.Mix k -> new CudaMix(k, memory, stream);
      case ExpertKernel.Route k -> new CudaRoute(k, memory, stream);
      case ExpertKernel.Linear k -> new CudaExpertLinear(k, memory, stream);
      case ExpertKernel.Combine k -> new CudaCombine(k, memory, stream);
    };
  }

  /** What is written once, after memory is there. */
  void prepare() {}

  abstract void forward();

  /** Backward, adding to the gradients that the call says. */
  final void backward(Program.Backward call) {
    List<Tensor> inputs = call.kernel().inputs();
    boolean[] add = new boolean[inputs.size()];
    for (int i = 0; i < add.length; i++) {
      add[i] = call.accumulate().contains(inputs.get(i));
    }
    backward(add);
  }

  /**
   * @param add by index of the kernel's inputs: whether the gradient is added to
   */
  abstract void backward(boolean[] add);

  final CudaStream stream() {
    return stream;
  }

  static int flag(boolean value) {
    return value ? 1 : 0;
  }

  final void launch(
      String source, String kernel, Grid grid, int threads, int sharedBytes, Object... arguments) {
    stream.launch(new Launch(source, kernel, grid, threads, sharedBytes, List.of(arguments)));
  }

  /** One thread for each of so many elements of all members together. */
  final void each(String source, String kernel, long size, Object... arguments) {
    launch(source, kernel, new Grid(Math.ceilDiv(size, THREADS), 1, 1), THREADS, 0, arguments);
  }

  /** One thread for each of so many elements of every member, members along y. */
  final void eachOfMember(String source, String kernel, long size, Object... arguments) {
    Grid grid = new Grid(Math.ceilDiv(size, THREADS), members, 1);
    launch(source, kernel, grid, THREADS, 0, arguments);
  }

  /** A thread for each few elements of every member, members along y. */
  final void bulk(String source, String kernel, int size, Object... arguments) {
    Grid grid = new Grid(Math.ceilDiv(size, THREADS * OF_BULK), members, 1);
    launch(source, kernel, grid, THREADS, 0, arguments);
  }

  /** 1 where values lie as bfloat16, as kernels are told. */
  final int halves(Tensor tensor) {
    return flag(memory.forms().half(tensor));
  }

  /** The same of the gradient. */
  final int halfGradient(Tensor tensor) {
    return flag(memory.forms().halfGradient(tensor));
  }

  /** Elements of all members together. */
  final long all(Tensor tensor) {
    return (long) members * tensor.size();
  }

  /** A sum over rows, in chunks of rows that are summed apart and then together. */
  record Chunks(int rowsOfChunk, int count) {
    static Chunks of(int rows) {
      int rowsOfChunk = Math.max(LEAST_ROWS, Math.ceilDiv(rows, MOST_CHUNKS));
      return new Chunks(rowsOfChunk, Math.ceilDiv(rows, rowsOfChunk));
    }

    /** Bytes of the sums of all members, for so many columns. */
    long bytes(int members, long columns) {
      return (long) Float.BYTES * members * count * columns;
    }
  }

  /** 32 columns along x, chunks along y, members along z, for kernels of 256 threads. */
  final void sumChunks(
      String source, String kernel, Chunks chunks, int columns, Object... arguments) {
    Grid grid = new Grid(Math.ceilDiv(columns, COLUMNS), chunks.count, members);
    launch(source, kernel, grid, THREADS, 0, arguments);
  }

  /** Sums over chunks, in an order that their number decides, to a parameter's gradient. */
  final void gather(long partials, int chunks, Tensor parameter, boolean add) {
    launch(
        "sums",
        "sum_of_chunks",
        new Grid(Math.ceilDiv(parameter.size(), COLUMNS), members, 1),
        THREADS,
        0,
        partials,
        chunks,
        memory.gradient(parameter),
        memory.stride(parameter),
        parameter.size(),
        flag(add));
  }
}
