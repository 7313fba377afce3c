package kleiber.engine.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.Program;
import kleiber.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that one member of a program bound to the {@link Nd4jEngine} owns. Every array is a matrix
 * [rows, last axis] in C order.
 */
final class Nd4jMemory implements AutoCloseable {
  private final Map<Tensor, int[]> tokens = new HashMap<>();
  private final Map<Tensor, INDArray> values = new HashMap<>();
  private final Map<Tensor, INDArray> gradients = new HashMap<>();
  private final Map<Tensor, INDArray[]> moments = new HashMap<>();

  Nd4jMemory(Program program) {
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == Tensor.Role.TOKENS) {
        tokens.put(tensor, new int[tensor.size()]);
      } else {
        values.put(tensor, zeros(tensor));
        gradients.put(tensor, zeros(tensor));
      }
      if (tensor.role() == Tensor.Role.PARAMETER) {
        moments.put(tensor, new INDArray[] {zeros(tensor), zeros(tensor)});
      }
    }
  }

  /** Detached: it outlives the workspace that may be open. */
  private static INDArray zeros(Tensor tensor) {
    return Nd4j.createUninitializedDetached(DataType.FLOAT, tensor.rows(), tensor.last()).assign(0);
  }

  int[] tokens(Tensor tensor) {
    return tokens.get(tensor);
  }

  INDArray value(Tensor tensor) {
    return values.get(tensor);
  }

  INDArray gradient(Tensor tensor) {
    return gradients.get(tensor);
  }

  INDArray moment(Tensor tensor, int which) {
    return moments.get(tensor)[which];
  }

  @Override
  public void close() {
    List<INDArray> arrays = new ArrayList<>(values.values());
    arrays.addAll(gradients.values());
    moments.values().forEach(pair -> arrays.addAll(List.of(pair)));
    arrays.forEach(INDArray::close);
  }
}
