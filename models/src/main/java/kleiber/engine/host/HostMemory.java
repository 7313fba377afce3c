package kleiber.engine.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/** The arrays of a program bound to the {@link HostEngine}: a member's arrays are its own. */
final class HostMemory {
  private final Program program;
  private final int members;
  private final Tiling tiling;
  private final Map<Tensor, int[][]> tokens = new HashMap<>();
  private final Map<Tensor, HostField> values = new HashMap<>();
  private final Map<Tensor, HostField> gradients = new HashMap<>();
  private final Map<Tensor, float[][]> weights = new HashMap<>();
  private final Map<Tensor, float[][]> weightGradients = new HashMap<>();
  private final Map<Tensor, float[][][]> moments = new HashMap<>();
  private final List<HostField> fields = new ArrayList<>();
  private final Set<HostField> alwaysWhole = new HashSet<>();
  private int scratch;
  private int halves;

  HostMemory(Program program, int members) {
    this.program = program;
    this.members = members;
    this.tiling = Tiling.of(program);
    Set<Tensor> results = program.results();
    for (Tensor tensor : program.tensors()) {
      switch (tensor.role()) {
        case TOKENS -> tokens.put(tensor, new int[members][tensor.size()]);
        case PARAMETER -> {
          weights.put(tensor, new float[members][tensor.size()]);
          weightGradients.put(tensor, new float[members][tensor.size()]);
          moments.put(tensor, new float[2][members][tensor.size()]);
        }
        default -> {
          values.put(tensor, field(tensor.rows(), tensor.last()));
          gradients.put(tensor, field(tensor.rows(), tensor.last()));
          if (results.contains(tensor)) {
            // A result is read, and its gradient is 0 unless it is written from outside.
            alwaysWhole.add(values.get(tensor));
            alwaysWhole.add(gradients.get(tensor));
          }
        }
      }
    }
  }

  int members() {
    return members;
  }

  Tiling tiling() {
    return tiling;
  }

  /** [M][elements]. */
  int[][] tokens(Tensor tensor) {
    return tokens.get(tensor);
  }

  /** A parameter: [M][elements]. */
  float[][] weights(Tensor parameter) {
    return weights.get(parameter);
  }

  /** The gradient of a parameter: [M][elements]. */
  float[][] weightGradients(Tensor parameter) {
    return weightGradients.get(parameter);
  }

  /** A moment of a parameter: [M][elements]. */
  float[][] moment(Tensor tensor, int which) {
    return moments.get(tensor)[which];
  }

  /** An activation. */
  HostField values(Tensor activation) {
    return values.get(activation);
  }

  /** The gradient of an activation. */
  HostField gradients(Tensor activation) {
    return gradients.get(activation);
  }

  /** Room for what a kernel keeps from forward to backward. */
  HostField field(int rows, int perRow) {
    HostField field = new HostField(members, tiling, rows, perRow);
    fields.add(field);
    return field;
  }

  /** Asks for the gradient of an activation to be kept for the whole batch, always. */
  void needWholeGradient(Tensor activation) {
    alwaysWhole.add(gradients.get(activation));
  }

  /** Makes the buffers of so many workers, once all kernels have said what they need. */
  void allocate(int workers) {
    alwaysWhole.forEach(HostField::keepWhole);
    fields.removeAll(alwaysWhole);
    shareGradients(workers);
    for (HostField field : fields) {
      if (!gradients.containsValue(field)) {
        field.workInBuffers(new float[workers][field.tileSize()]);
      }
    }
    fields.addAll(alwaysWhole);
  }

  /**
   * The gradient of an activation lives from the first kernel that gives to it until the kernel
   * that made the activation: later ones take over its buffers, which are still in cache.
   */
  private void shareGradients(int workers) {
    Map<Integer, Deque<float[][]>> free = new HashMap<>();
    Map<HostField, float[][]> taken = new HashMap<>();
    for (Program.Backward call : program.backward()) {
      for (Tensor input : call.kernel().inputs()) {
        HostField field = gradients.get(input);
        if (field != null && !alwaysWhole.contains(field) && !taken.containsKey(field)) {
          Deque<float[][]> spare = free.computeIfAbsent(field.tileSize(), _ -> new ArrayDeque<>());
          taken.put(field, spare.isEmpty() ? new float[workers][field.tileSize()] : spare.pop());
          field.workInBuffers(taken.get(field));
        }
      }
      HostField done = gradients.get(call.kernel().output());
      if (taken.containsKey(done)) {
        free.computeIfAbsent(done.tileSize(), _ -> new ArrayDeque<>()).push(taken.get(done));
      }
    }
  }

  /** Makes room for every activation of the whole batch. */
  void keepWhole() {
    fields.forEach(HostField::keepWhole);
  }

  /** One member's numbers of a tensor. */
  float[] whole(Tensor tensor, int member) {
    return tensor.role() == Tensor.Role.PARAMETER
        ? weights.get(tensor)[member]
        : values.get(tensor).whole(member);
  }

  /** One member's gradient of a tensor. */
  float[] wholeGradient(Tensor tensor, int member) {
    return tensor.role() == Tensor.Role.PARAMETER
        ? weightGradients.get(tensor)[member]
        : gradients.get(tensor).whole(member);
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
