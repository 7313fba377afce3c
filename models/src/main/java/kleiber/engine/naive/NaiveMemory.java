package kleiber.engine.naive;

import java.util.HashMap;
import java.util.Map;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/** All that one member of a program bound to the {@link NaiveEngine} owns. */
final class NaiveMemory {
  private final Map<Tensor, int[]> tokens = new HashMap<>();
  private final Map<Tensor, double[]> values = new HashMap<>();
  private final Map<Tensor, double[]> gradients = new HashMap<>();
  private final Map<Tensor, double[][]> moments = new HashMap<>();

  NaiveMemory(Program program) {
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() == Tensor.Role.TOKENS) {
        tokens.put(tensor, new int[tensor.size()]);
      } else {
        values.put(tensor, new double[tensor.size()]);
        gradients.put(tensor, new double[tensor.size()]);
      }
      if (tensor.role() == Tensor.Role.PARAMETER) {
        moments.put(tensor, new double[2][tensor.size()]);
      }
    }
  }

  int[] tokens(Tensor tensor) {
    return tokens.get(tensor);
  }

  double[] value(Tensor tensor) {
    return values.get(tensor);
  }

  double[] gradient(Tensor tensor) {
    return gradients.get(tensor);
  }

  double[] moment(Tensor tensor, int which) {
    return moments.get(tensor)[which];
  }
}
