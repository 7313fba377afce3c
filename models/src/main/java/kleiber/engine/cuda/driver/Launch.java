package kleiber.engine.cuda.driver;

import java.util.List;

/**
 * A kernel to start.
 *
 * @param source the file of {@code kleiber/engine/cuda} that has it, without {@code .cu}
 * @param kernel its name
 * @param grid blocks along x, y and z
 * @param threads of a block, along x
 * @param sharedBytes of dynamic shared memory of a block
 * @param arguments in order: Long for a pointer or {@code long long}, Integer for {@code int},
 *     Float for {@code float}
 */
public record Launch(
    String source, String kernel, Grid grid, int threads, int sharedBytes, List<Object> arguments) {
  /** Blocks. */
  public record Grid(long x, long y, long z) {
    private static final long MOST = 65_535;

    public Grid {
      if (x < 1 || y < 1 || z < 1 || x > Integer.MAX_VALUE || y > MOST || z > MOST) {
        throw new IllegalArgumentException(
            "a grid of %d x %d x %d blocks is beyond the %d x %d x %d of a card; train fewer members at once, smaller batches or micro-batches"
                .formatted(x, y, z, Integer.MAX_VALUE, MOST, MOST));
      }
    }
  }

  public Launch {
    arguments = List.copyOf(arguments);
    for (Object argument : arguments) {
      if (!(argument instanceof Long || argument instanceof Integer || argument instanceof Float)) {
        throw new IllegalArgumentException(
            kernel + " cannot take a " + argument.getClass().getSimpleName());
      }
    }
  }
}
