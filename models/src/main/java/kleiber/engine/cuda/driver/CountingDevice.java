package kleiber.engine.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A card that is not there: it counts the memory that is asked of it, and does nothing else. What
 * binds a program to it tells so what the program takes of such a card.
 */
public final class CountingDevice implements CudaDevice {
  private static final long ALIGNMENT = 256;

  private final CardProperties properties;
  private final Map<Long, Long> sizes = new HashMap<>();
  private long next = ALIGNMENT;
  private long taken;
  private long most;

  /**
   * @param properties of the card that is meant
   */
  public CountingDevice(CardProperties properties) {
    this.properties = properties;
  }

  /** Bytes that were taken at the same time, at most. */
  public long most() {
    return most;
  }

  @Override
  public CardProperties properties() {
    return properties;
  }

  @Override
  public String numerics() {
    return properties.architecture() + " counted";
  }

  @Override
  public long allocate(long bytes) {
    long address = next;
    next += Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    sizes.put(address, bytes);
    taken += bytes;
    most = Math.max(most, taken);
    return address;
  }

  @Override
  public void free(long address) {
    taken -= sizes.remove(address);
  }

  @Override
  public CudaStream stream() {
    return new Idle();
  }

  @Override
  public CudaStream copies() {
    return new Idle();
  }

  @Override
  public void close() {}

  /** Takes all work for done. */
  private static final class Idle implements CudaStream {
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
