package kleiber.engine.cuda;

import kleiber.engine.cuda.driver.CudaStream;

/**
 * Work that is done again and again: as it is the first time, when kernels are still to be loaded
 * and ways to multiply to be found, and from then on as one recording.
 */
final class CudaPass implements AutoCloseable {
  private final CudaStream stream;
  private final Runnable work;
  private boolean done;
  private CudaStream.Recording recording;

  CudaPass(CudaStream stream, Runnable work) {
    this.stream = stream;
    this.work = work;
  }

  void run() {
    if (!done) {
      work.run();
      done = true;
      return;
    }
    if (recording == null) {
      recording = stream.record(work);
    }
    recording.run();
  }

  @Override
  public void close() {
    if (recording != null) {
      recording.close();
      recording = null;
    }
  }
}
