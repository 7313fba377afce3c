package kleiber.engine.host;

import kleiber.engine.Kernel;
import kleiber.engine.blas.Blas.Matrix;
import kleiber.engine.blas.OneDnn;

/** The three matrix products of a linear layer, over the rows of a tile. */
interface LinearProducts {
  /** The way to multiply in the layer's precision here. */
  static LinearProducts of(Kernel.Linear k, HostMemory memory) {
    return switch (k.precision()) {
      case FLOAT32, TF32 -> new Float32Products(k, memory.weights(k.w()));
      case BF16 ->
          OneDnn.available() ? new Bfloat16Products(k, memory) : new RoundedProducts(k, memory);
    };
  }

  /** Whether {@link #prepare} is needed. */
  default boolean prepares() {
    return false;
  }

  /** Reads a member's weights, once for the tiles of a pass. */
  default void prepare(int member) {}

  /** y = x · w + beta · y. */
  void forward(int member, int rows, Matrix x_RxI, float beta, Matrix y_RxO, HostScratch scratch);

  /** dx = dy · wᵀ + beta · dx, and dw = xᵀ · dy in the layout of w. */
  void backward(
      int member,
      int rows,
      Matrix x_RxI,
      Matrix dy_RxO,
      float beta,
      Matrix dx_RxI,
      Matrix dw,
      HostScratch scratch);
}
