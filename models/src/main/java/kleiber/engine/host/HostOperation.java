package kleiber.engine.host;

import static kleiber.engine.host.Vectors.FLOATS;
import static kleiber.engine.host.Vectors.LANES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import kleiber.engine.ExpertKernel;
import kleiber.engine.Kernel;
import kleiber.engine.StreamKernel;

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
      case StreamKernel.Copy k -> new HostCopy(k, memory);
      case StreamKernel.Prefix k -> new HostPrefix(k, memory);
      case StreamKernel.Mix k -> new HostMix(k, memory);
      case ExpertKernel.Route k -> new HostRoute(k, memory);
      case ExpertKernel.Linear k -> new HostExpertLinear(k, memory);
      case ExpertKernel.Combine k -> new HostCombine(k, memory);
    };
  }

  /** Whether {@link #prepare} has anything to do. */
  boolean prepares() {
    return false;
  }

  /** What a pass over a member's tiles needs done once before it. */
  void prepare(int member) {}

  abstract void forward(HostTile tile, HostScratch scratch);

  /**
   * @param add by index of the kernel's inputs: whether the gradient is added to
   */
  abstract void backward(HostTile tile, boolean[] add, HostScratch scratch);

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

  /** First row of a tile in the batch. */
  final int first(HostTile tile) {
    return tiling.from(tile.index(), rows);
  }

  /** Rows of a tile. */
  final int rows(HostTile tile) {
    return tiling.to(tile.index(), rows) - first(tile);
  }

  /** Clears a stretch of a gradient that is not added to, so that adding is right in any case. */
  static void begin(float[] gradient, int from, int length, boolean add) {
    if (!add) {
      Arrays.fill(gradient, from, from + length, 0);
    }
  }

  /** Adds a stretch of one array to a stretch of another, or copies it there. */
  static void pass(float[] source, int from, float[] target, int to, int length, boolean add) {
    if (!add) {
      System.arraycopy(source, from, target, to, length);
      return;
    }
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      FloatVector sum = FloatVector.fromArray(FLOATS, target, to + i);
      sum.add(FloatVector.fromArray(FLOATS, source, from + i)).intoArray(target, to + i);
    }
    for (; i < length; i++) {
      target[to + i] += source[from + i];
    }
  }
}
