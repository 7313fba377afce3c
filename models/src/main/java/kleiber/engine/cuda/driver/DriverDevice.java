package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** A card, by its driver and the CUDA libraries that this machine has. */
@SuppressWarnings("restricted")
public final class DriverDevice implements CudaDevice {
  private static final int MAX_DYNAMIC_SHARED_BYTES = 8; // CUfunction_attribute
  private static final int SHARED_BYTES_UNASKED = 48 << 10;

  private final Driver driver;
  private final Nvrtc compiler;
  private final Cubins cubins;
  private final CublasLt products;
  private final int card;
  private final long context;
  private final CardProperties properties;
  private final String architecture;
  private final Map<String, Long> modules = new HashMap<>();
  private final Map<String, Long> functions = new HashMap<>();

  /**
   * Takes a card.
   *
   * @param ordinal of the card, counted from 0
   * @throws CudaException when there is no such card or a library is missing; says what to install
   */
  public static DriverDevice open(int ordinal) {
    CudaLibraries libraries = CudaLibraries.find(LibrarySearch.here());
    return new DriverDevice(libraries, ordinal, Cubins.ofUser());
  }

  DriverDevice(CudaLibraries libraries, int ordinal, Cubins cubins) {
    this.cubins = cubins;
    driver = new Driver(libraries.driver());
    int cards = driver.cards();
    if (ordinal < 0 || ordinal >= cards) {
      throw new CudaException(
          "there is no card %d: this machine shows %d, counted from 0; see nvidia-smi and CUDA_VISIBLE_DEVICES"
              .formatted(ordinal, cards));
    }
    compiler = new Nvrtc(libraries.nvrtc());
    properties = driver.properties(ordinal);
    architecture = compiler.architectureFor(properties);
    card = (int) driver.give("cuDeviceGet", ordinal);
    context = driver.give("cuDevicePrimaryCtxRetain", card);
    try {
      use();
      products = new CublasLt(libraries.cublasLt(), driver);
    } catch (Throwable e) { // no one else could give the card back
      driver.call("cuDevicePrimaryCtxRelease_v2", card);
      throw e;
    }
  }

  /** Makes the card the calling thread's. */
  void use() {
    driver.call("cuCtxSetCurrent", context);
  }

  Driver driver() {
    return driver;
  }

  CublasLt products() {
    return products;
  }

  @Override
  public CardProperties properties() {
    return properties;
  }

  @Override
  public String numerics() {
    // Cards of one architecture may be given other algorithms for one product: the name tells them.
    return "%s %s cublaslt-%s nvrtc-%s"
        .formatted(
            architecture,
            properties.name().replaceAll("\\s+", "-"),
            products.version(),
            compiler.version());
  }

  /** A kernel, compiled and loaded. Its module stays. */
  synchronized long function(Launch launch) {
    return functions.computeIfAbsent(launch.kernel(), _ -> load(launch));
  }

  private long load(Launch launch) {
    long module = modules.computeIfAbsent(launch.source(), this::module);
    try (Arena arena = Arena.ofConfined()) {
      long function =
          driver.give("cuModuleGetFunction", module, arena.allocateFrom(launch.kernel()).address());
      if (launch.sharedBytes() > SHARED_BYTES_UNASKED) {
        driver.call("cuFuncSetAttribute", function, MAX_DYNAMIC_SHARED_BYTES, launch.sharedBytes());
      }
      return function;
    }
  }

  private long module(String source) {
    return cubins.load(compiler, source, architecture, this::module);
  }

  private long module(byte[] cubin) {
    try (Arena arena = Arena.ofConfined()) {
      long address =
          arena.allocate(cubin.length, Long.BYTES).copyFrom(MemorySegment.ofArray(cubin)).address();
      return driver.give("cuModuleLoadData", address);
    }
  }

  @Override
  public long allocate(long bytes) {
    use();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(Long.BYTES, Long.BYTES);
      int status = driver.status("cuMemAlloc_v2", address.address(), bytes);
      if (status == Driver.OUT_OF_MEMORY) {
        throw new CudaOutOfMemoryException(properties, bytes, driver.freeMemory());
      }
      driver.check("cuMemAlloc_v2", status);
      return address.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Override
  public void free(long address) {
    use();
    driver.call("cuMemFree_v2", address);
  }

  @Override
  public CudaStream stream() {
    use();
    return new DriverStream(this, CublasLt.WORKSPACE);
  }

  @Override
  public CudaStream copies() {
    use();
    return new DriverStream(this, 0);
  }

  @Override
  public void close() {
    use();
    products.close();
    modules.values().forEach(module -> driver.call("cuModuleUnload", module));
    driver.call("cuDevicePrimaryCtxRelease_v2", card);
  }
}
