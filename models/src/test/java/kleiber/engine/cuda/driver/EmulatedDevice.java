package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A card that is this machine's processor: the very kernels of the engine, thread by thread. Fresh
 * memory holds NaN; what is written behind it is noticed, and memory that is not given back.
 */
@SuppressWarnings("restricted")
public final class EmulatedDevice implements CudaDevice {
  private static final byte FRESH = (byte) 0xff;
  private static final long GUARD = 4096;

  private final boolean reversed;
  private final CardProperties properties;
  private final Map<Long, Allocation> allocated = new ConcurrentHashMap<>();
  private final AtomicInteger downloads = new AtomicInteger();

  /** Bytes that were asked for, and some behind them that stay as they are. */
  private record Allocation(Arena arena, MemorySegment all, long bytes) {}

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
    MemorySegment all = arena.allocate(bytes + GUARD, 256).fill(FRESH);
    allocated.put(all.address(), new Allocation(arena, all, bytes));
    return all.address();
  }

  /** Bytes that were asked for and not given back. */
  public long allocated() {
    return allocated.values().stream().mapToLong(Allocation::bytes).sum();
  }

  @Override
  public void free(long address) {
    Allocation given = allocated.remove(address);
    MemorySegment guard = given.all.asSlice(given.bytes);
    boolean kept =
        guard
            .elements(ValueLayout.JAVA_BYTE)
            .allMatch(b -> b.get(ValueLayout.JAVA_BYTE, 0) == FRESH);
    given.arena.close();
    if (!kept) {
      throw new IllegalStateException("something was written behind " + given.bytes + " bytes");
    }
  }

  @Override
  public CudaStream stream() {
    return new Stream();
  }

  @Override
  public CudaStream copies() {
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
    public void copy(long to, long from, long bytes) {
      refuseWhileRecording();
      MemorySegment.ofAddress(to)
          .reinterpret(bytes)
          .copyFrom(MemorySegment.ofAddress(from).reinterpret(bytes));
    }

    @Override
    public void after(CudaStream other) {
      refuseWhileRecording();
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
