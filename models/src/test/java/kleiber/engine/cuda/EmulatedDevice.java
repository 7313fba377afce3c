package kleiber.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A card that is this machine's processor: the very kernels of the engine, thread by thread. Fresh
 * memory holds NaN, and memory that is not given back is noticed.
 */
@SuppressWarnings("restricted")
public final class EmulatedDevice implements CudaDevice {
  private final boolean reversed;
  private final CardProperties properties;
  private final Map<Long, Arena> allocated = new ConcurrentHashMap<>();
  private final AtomicInteger downloads = new AtomicInteger();
  private final AtomicLong taken = new AtomicLong();

  /** Whether there is a compiler to build it with. */
  public static boolean available() {
    return Compiler.available();
  }

  public EmulatedDevice() {
    this(false, 1L << 40);
  }

  /**
   * @param reversed whether blocks and threads run last to first
   * @param memory bytes
   */
  public EmulatedDevice(boolean reversed, long memory) {
    this(reversed, new CardProperties("an emulated card", 9, 0, memory, 1, 227 << 10));
  }

  /** That says of itself what another card would. */
  public EmulatedDevice(CardProperties properties) {
    this(false, properties);
  }

  private EmulatedDevice(boolean reversed, CardProperties properties) {
    this.reversed = reversed;
    this.properties = properties;
  }

  /** How often something was copied from it. */
  public int downloads() {
    return downloads.get();
  }

  /** Bytes that were allocated, given back or not. */
  public long taken() {
    return taken.get();
  }

  @Override
  public CardProperties properties() {
    return properties;
  }

  @Override
  public String numerics() {
    return "emulated";
  }

  @Override
  public long allocate(long bytes) {
    if (bytes > properties.memory()) {
      throw new CudaOutOfMemoryException(properties, bytes, properties.memory());
    }
    Arena arena = Arena.ofShared();
    long address = arena.allocate(bytes, 256).fill((byte) 0xff).address();
    allocated.put(address, arena);
    taken.addAndGet(bytes);
    return address;
  }

  @Override
  public void free(long address) {
    allocated.remove(address).close();
  }

  @Override
  public CudaStream stream() {
    return new Stream();
  }

  @Override
  public void close() {
    if (!allocated.isEmpty()) {
      throw new IllegalStateException(allocated.size() + " allocations were not given back");
    }
  }

  private final class Stream implements CudaStream {
    private boolean recording;

    @Override
    public void launch(Launch launch) {
      if (launch.sharedBytes() > properties.sharedMemory()) {
        throw new IllegalStateException(
            launch + " is beyond the card's shared memory of " + properties.sharedMemory());
      }
      if (!recording) {
        Emulator.launch(launch, reversed);
      }
    }

    @Override
    public void multiply(Product product) {
      if (!recording) {
        Emulator.multiply(product);
      }
    }

    @Override
    public void upload(long to, MemorySegment from) {
      refuseWhileRecording();
      MemorySegment.ofAddress(to).reinterpret(from.byteSize()).copyFrom(from);
    }

    @Override
    public void download(MemorySegment to, long from) {
      refuseWhileRecording();
      downloads.incrementAndGet();
      to.copyFrom(MemorySegment.ofAddress(from).reinterpret(to.byteSize()));
    }

    @Override
    public void clear(long address, long bytes) {
      refuseWhileRecording();
      MemorySegment.ofAddress(address).reinterpret(bytes).fill((byte) 0);
    }

    private void refuseWhileRecording() {
      if (recording) {
        throw new IllegalStateException("only kernels and products can be recorded");
      }
    }

    @Override
    public Recording record(Runnable work) {
      recording = true;
      work.run();
      recording = false;
      return new Recording() {
        @Override
        public void run() {
          work.run();
        }

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
