package kleiber.engine.cuda.driver;

import java.lang.foreign.MemorySegment;

/** Work on a card, done in the order in which it is given. For one thread at a time. */
public interface CudaStream extends AutoCloseable {
  /** Starts a kernel. */
  void launch(Launch launch);

  /** Multiplies matrices. */
  void multiply(Product product);

  /** Copies to the card; the source may change when this returns. */
  void upload(long to, MemorySegment from);

  /** Copies from the card, after all work before it. */
  void download(MemorySegment to, long from);

  /** Copies from one place of the card to another. */
  void copy(long to, long from, long bytes);

  /** What is given to this stream from now on waits for all that the other was given up to now. */
  void after(CudaStream other);

  /** Fills with zeros. */
  void clear(long address, long bytes);

  /**
   * Notes the kernels and products that {@code work} starts on this stream, to run them all with
   * one call; they do not run yet. It may not copy, and should have run before, as the first time
   * has more to do.
   */
  Recording record(Runnable work);

  /** Waits until all work is done. */
  void synchronize();

  @Override
  void close();

  /** Work that is noted down once and run often. */
  interface Recording extends AutoCloseable {
    /** Starts all of it. */
    void run();

    @Override
    void close();
  }
}
