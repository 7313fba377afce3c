package kleiber.engine.host;

import java.math.BigInteger;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * How the rows of a batch are cut into tiles, the unit of parallel work. It follows from the shape
 * alone, never from threads, members or times, because matrix products and sums over other cuts
 * give other bits. A tile holds whole sequences and, where the batch allows it, between 256 and 512
 * rows: enough for matrix products to run well, few enough to stay in cache from kernel to kernel.
 *
 * @param units sequences, the leading axis
 * @param unitsPerTile sequences in every tile but the last
 */
record Tiling(int units, int unitsPerTile) {
  private static final int LEAST_ROWS = 256;
  private static final int MOST_ROWS = 512;
  private static final int WANTED_TILES = 8;
  // Each tile keeps its own sum of every weight's gradient.
  static final int MOST_TILES = 16;

  static Tiling of(Program program) {
    int units = 0;
    int rows = 0;
    for (Tensor tensor : program.tensors()) {
      if (tensor.role() != Tensor.Role.PARAMETER) {
        int leading = tensor.shape().getFirst();
        units = BigInteger.valueOf(units).gcd(BigInteger.valueOf(leading)).intValue();
        rows = Math.max(rows, tensor.role() == Tensor.Role.TOKENS ? tensor.size() : tensor.rows());
      }
    }
    int rowsPerTile = Math.clamp(rows / WANTED_TILES, LEAST_ROWS, MOST_ROWS);
    int unitsPerTile = Math.clamp((long) rowsPerTile * units / rows, 1, units);
    return new Tiling(units, Math.max(unitsPerTile, Math.ceilDiv(units, MOST_TILES)));
  }

  int tiles() {
    return Math.ceilDiv(units, unitsPerTile);
  }

  /** First of so many rows that lies in a tile. */
  int from(int tile, int rows) {
    return tile * unitsPerTile * (rows / units);
  }

  /** First row after a tile. */
  int to(int tile, int rows) {
    return Math.min(units, (tile + 1) * unitsPerTile) * (rows / units);
  }
}
