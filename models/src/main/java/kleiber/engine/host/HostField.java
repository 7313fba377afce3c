package kleiber.engine.host;

/**
 * Numbers by row: the values or gradients of an activation, or what a kernel keeps for its backward
 * pass. A pass that takes each tile through all kernels at once needs them for the tiles in work
 * only, in a buffer for each worker; otherwise they are kept for the whole batch.
 */
final class HostField {
  private final Tiling tiling;
  private final int rows;
  private final int perRow;
  private final float[][] whole;
  private float[][] local;

  /**
   * @param perRow numbers of a row
   */
  HostField(int members, Tiling tiling, int rows, int perRow) {
    this.tiling = tiling;
    this.rows = rows;
    this.perRow = perRow;
    this.whole = new float[members][];
  }

  /** Numbers of a tile, at most. */
  int tileSize() {
    return tiling.to(0, rows) * perRow;
  }

  /** Gives each worker a buffer for a tile. */
  void workInBuffers(float[][] buffers) {
    local = buffers;
  }

  /** Makes room for the whole batch, where there is none. */
  void keepWhole() {
    for (int member = 0; member < whole.length; member++) {
      if (whole[member] == null) {
        whole[member] = new float[rows * perRow];
      }
    }
  }

  /** One member's numbers for the whole batch. */
  float[] whole(int member) {
    return whole[member];
  }

  /** The array that holds a tile. */
  float[] array(HostTile tile) {
    return tile.whole() || local == null ? whole[tile.member()] : local[tile.worker()];
  }

  /** Where a tile's numbers begin in its array. */
  int at(HostTile tile) {
    return tile.whole() || local == null ? tiling.from(tile.index(), rows) * perRow : 0;
  }
}
