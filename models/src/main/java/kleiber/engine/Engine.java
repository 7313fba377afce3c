package kleiber.engine;

/**
 * Runs programs on one device. One class per engine, in this package. An engine owns its memory and
 * threads; closing it gives them back.
 */
public interface Engine extends AutoCloseable {
  /** The name that {@code --devices} knows it by, such as {@code cpu}. */
  String name();

  /**
   * The numeric mode: engine, version of its arithmetic, precision, instruction set or card. Two
   * runs of one spec in one mode give equal bytes.
   */
  String numerics(Precision precision);

  /**
   * Allocates everything the program needs for M members, zeroed.
   *
   * @throws kleiber.engine.cuda.driver.CudaException when a card cannot run it; {@link
   *     kleiber.engine.cuda.driver.CudaOutOfMemoryException} when it has too little memory for it
   */
  Kernels bind(Program program, int members);

  @Override
  void close();
}
