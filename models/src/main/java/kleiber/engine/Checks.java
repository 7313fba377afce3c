package kleiber.engine;

/** What kernels refuse when they are made: tensors whose shapes do not fit. */
final class Checks {
  private Checks() {}

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
}
