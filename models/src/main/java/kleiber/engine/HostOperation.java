package kleiber.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kernel bound to memory. Forward and backward work on one tile of one member, so that a worker
 * can take a tile through many kernels while it is in cache. What a kernel gives to its parameters
 * is summed over tiles in a second phase, {@link #gather}, piece by piece.
 */
abstract class HostOperation {
  private final Tiling tiling;
  private final int rows;
  private final List<Partials> partials = new ArrayList<>();

  /**
   * @param rows of the kernel's tensors
   */
  HostOperation(HostMemory memory, int rows) {
    this.tiling = memory.tiling();
    this.rows = rows;
  }

  static HostOperation of(Kernel kernel, HostMemory memory) {
    return switch (kernel) {
      case Kernel.Embedding k -> new HostEmbedding(k, memory);
      case Kernel.Position k -> new HostPosition(k, memory);
      case Kernel.Rotary k -> new HostRotary(k, memory);
      case Kernel.Norm k -> new HostNorm(k, memory);
      case Kernel.Linear k -> new HostLinear(k, memory);
      case Kernel.Attention k -> new HostAttention(k, memory);
      case Kernel.Activation k -> new HostActivation(k, memory);
      case Kernel.Gate k -> new HostGate(k, memory);
      case Kernel.Add k -> new HostAdd(k, memory);
      case Kernel.CrossEntropy k -> new HostCrossEntropy(k, memory);
    };
  }

  /** Whether {@link #prepare} has anything to do. */
  boolean prepares() {
    return false;
  }

  /** What a pass over a member's tiles needs done once before it. */
  void prepare(int member) {}

  abstract void forward(int member, int tile, HostScratch scratch);

  /**
   * @param add by index of the kernel's inputs: whether the gradient is added to
   */
  abstract void backward(int member, int tile, boolean[] add, HostScratch scratch);

  /** Pieces of the second phase of the backward pass. */
  int pieces() {
    return partials.stream().mapToInt(Partials::pieces).sum();
  }

  /** One piece of the second phase, after the first is done for every tile. */
  void gather(int member, int piece, boolean[] add) {
    int index = piece;
    for (Partials sums : partials) {
      if (index < sums.pieces()) {
        sums.gather(member, index, add);
        return;
      }
      index -= sums.pieces();
    }
  }

  /** Sums by tile for the parameter that is a given input of the kernel. */
  final Partials partials(Kernel kernel, int input, HostMemory memory) {
    Partials sums = new Partials(kernel.inputs().get(input), input, memory);
    partials.add(sums);
    return sums;
  }

  /** First row of a tile. */
  final int from(int tile) {
    return tiling.from(tile, rows);
  }

  /** First row after a tile. */
  final int to(int tile) {
    return tiling.to(tile, rows);
  }

  /** Clears a stretch of a gradient that is not added to, so that adding is right in any case. */
  static void begin(float[] gradient, int from, int to, boolean add) {
    if (!add) {
      Arrays.fill(gradient, from, to, 0);
    }
  }

  /** Adds a stretch of one array to another, or copies it where there is nothing to add to. */
  static void pass(float[] source, float[] gradient, int from, int to, boolean add) {
    if (add) {
      for (int i = from; i < to; i++) {
        gradient[i] += source[i];
      }
    } else {
      System.arraycopy(source, from, gradient, from, to - from);
    }
  }
}
