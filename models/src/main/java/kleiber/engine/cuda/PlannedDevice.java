package kleiber.engine.cuda;

import java.lang.foreign.MemorySegment;

/**
 * A card that is not there: it keeps account of the memory that it is asked for, gives addresses at
 * which there is nothing, and does no work.
 */
public final class PlannedDevice implements CudaDevice {
  /** With all that any card has. */
  private static final CardProperties CARD =
      new CardProperties("any card", 9, 0, Long.MAX_VALUE, 1, 227 << 10);

  private static final long ALIGNMENT = 256;

  private long bytes;

  /** That were asked for in all, as they were asked for, whether or not they were given back. */
  public long bytes() {
    return bytes;
  }

  @Override
  public CardProperties properties() {
    return CARD;
  }

  @Override
  public String numerics() {
    return "planned";
  }

  @Override
  public long allocate(long size) {
    bytes += size;
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public void free(long address) {}

  @Override
  public CudaStream stream() {
    return new IdleStream();
  }

  @Override
  public CudaStream copies() {
    return new IdleStream();
  }

  @Override
  public void close() {}

  private static final class IdleStream implements CudaStream {
    @Override
    public void launch(Launch launch) {}

    @Override
    public void multiply(Product product) {}

    @Override
    public void upload(long to, MemorySegment from) {}

    @Override
    public void download(MemorySegment to, long from) {}

    @Override
    public void copy(long to, long from, long bytes) {}

    @Override
    public void after(CudaStream other) {}

    @Override
    public void clear(long address, long bytes) {}

    @Override
    public Recording record(Runnable work) {
      return new Recording() {
        @Override
        public void run() {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {}
  }
}
