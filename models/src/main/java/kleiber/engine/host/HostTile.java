package kleiber.engine.host;

/**
 * A tile of one member's rows, on its way through kernels.
 *
 * @param index of the tile
 * @param worker whose buffers hold the tile's activations, or {@link #WHOLE}
 */
record HostTile(int member, int index, int worker) {
  /** Activations are kept for the whole batch. */
  static final int WHOLE = -1;

  boolean whole() {
    return worker == WHOLE;
  }
}
