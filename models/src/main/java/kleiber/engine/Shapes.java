package kleiber.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What kernels demand of the shapes of their tensors. */
final class Shapes {
  private Shapes() {}

  static void requireSame(Tensor a, Tensor b) {
    require(a.shape().equals(b.shape()), b, "must have the shape of", a);
  }

  static void require(boolean holds, Tensor tensor, String fault, Tensor other) {
    require(holds, tensor, fault + " " + other.name() + " " + other.shape());
  }

  static void require(boolean holds, Tensor tensor, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(tensor.name() + " " + tensor.shape() + " " + fault);
    }
  }

  static List<Tensor> with(List<Tensor> tensors, Optional<Tensor> further) {
    List<Tensor> all = new ArrayList<>(tensors);
    further.ifPresent(all::add);
    return all;
  }
}
