package kleiber.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * How far the files of a corpus are read that is made ready for the first time, which takes minutes
 * when they are large. It is told to who listens on the thread that opens the corpus, so that no
 * corpus need pass a listener on.
 */
public final class Reading {
  private static final ScopedValue<Listener> LISTENER = ScopedValue.newInstance();
  private static final long STEP = 1 << 20;

  private final String what;
  private final long total;
  private long read;
  private long told;

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Every megabyte or so.
     *
     * @param what is read, such as the path in the corpus's settings
     * @param read bytes of its files so far, as they lie on the disk
     * @param total bytes of its files
     */
    void reads(String what, long read, long total);
  }

  /** Does work that may open corpora, and tells a listener of it. */
  public static <T, X extends Throwable> T toldTo(
      Listener listener, ScopedValue.CallableOp<T, X> work) throws X {
    return ScopedValue.where(LISTENER, listener).call(work);
  }

  Reading(String what, long total) {
    this.what = what;
    this.total = total;
  }

  /** More bytes were read. */
  void add(long bytes) {
    read += bytes;
    if (read - told >= STEP && LISTENER.isBound()) {
      told = read;
      LISTENER.get().reads(what, read, total);
    }
  }

  /** A stream whose bytes count. */
  InputStream counted(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int one = super.read();
        add(one < 0 ? 0 : 1);
        return one;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        add(Math.max(0, count));
        return count;
      }
    };
  }
}
