package kleiber.engine.cuda.driver;

/**
 * One card: its memory, and streams of work on it. Addresses are the card's own. Safe for use by
 * several threads, each with a stream of its own.
 */
public interface CudaDevice extends AutoCloseable {
  /** What is known of the card. */
  CardProperties properties();

  /**
   * What decides the bits of its products and kernels, such as {@code sm_90 NVIDIA-H100-80GB-HBM3
   * cublaslt-13.1.0 nvrtc-13.0}.
   */
  String numerics();

  /**
   * Memory of unknown contents, at a multiple of 256 bytes.
   *
   * @throws CudaOutOfMemoryException when the card has not as much
   */
  long allocate(long bytes);

  /** Gives back what {@link #allocate} gave. */
  void free(long address);

  /** Work in order, beside that of other streams. */
  CudaStream stream();

  /** The same for copies alone. */
  CudaStream copies();

  /** Gives back everything; streams and memory are to be closed before. */
  @Override
  void close();
}
