package kleiber.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * The arrays of a program bound to the {@link HostEngine}, each [M][elements]: a member's arrays
 * are its own.
 */
final class HostMemory {
  private final int members;
  private final Tiling tiling;
  private final Map<Tensor, int[][]> tokens = new HashMap<>();
  private final Map<Tensor, float[][]> values = new HashMap<>();
  private final Map<Tensor, float[][]> gradients = new HashMap<>();
  private final Map<Tensor, float[][][]> moments = new HashMap<>();
  private int scratch;
  private int halves;

  HostMemory(Program program, int members) {
    this.members = members;
    this.tiling = Tiling.of(program);
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == Tensor.Role.TOKENS) {
        tokens.put(tensor, new int[members][tensor.size()]);
      } else {
        values.put(tensor, new float[members][tensor.size()]);
        gradients.put(tensor, new float[members][tensor.size()]);
      }
      if (tensor.role() == Tensor.Role.PARAMETER) {
        moments.put(tensor, new float[2][members][tensor.size()]);
      }
    }
  }

  int members() {
    return members;
  }

  Tiling tiling() {
    return tiling;
  }

  int[][] tokens(Tensor tensor) {
    return tokens.get(tensor);
  }

  float[][] value(Tensor tensor) {
    return values.get(tensor);
  }

  float[][] gradient(Tensor tensor) {
    return gradients.get(tensor);
  }

  float[][] moment(Tensor tensor, int which) {
    return moments.get(tensor)[which];
  }

  /** Asks for a buffer of so many elements in every worker's scratch. */
  void needScratch(int elements) {
    scratch = Math.max(scratch, elements);
  }

  /** Elements of the largest buffer asked for. */
  int scratch() {
    return scratch;
  }

  /** Asks for a buffer of so many bfloat16 in every worker's scratch. */
  void needHalves(int elements) {
    halves = Math.max(halves, elements);
  }

  /** Elements of the largest buffer of bfloat16 asked for. */
  int halves() {
    return halves;
  }
}
