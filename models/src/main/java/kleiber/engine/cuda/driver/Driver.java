package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of libcuda that are used, by their names there. */
@SuppressWarnings("restricted")
final class Driver {
  static final int OUT_OF_MEMORY = 2;

  /** Takes memory of the machine, not of the card. */
  static final String ALLOCATE_HOST = "cuMemAllocHost_v2";

  /** i for 32 bits, l for 64 bits or a pointer, b for 8; the result, a status, is left out. */
  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("cuInit", "i"),
          Map.entry("cuDeviceGetCount", "l"),
          Map.entry("cuDeviceGet", "li"),
          Map.entry("cuDeviceGetName", "lii"),
          Map.entry("cuDeviceGetAttribute", "lii"),
          Map.entry("cuDeviceTotalMem_v2", "li"),
          Map.entry("cuDevicePrimaryCtxRetain", "li"),
          Map.entry("cuDevicePrimaryCtxRelease_v2", "i"),
          Map.entry("cuCtxSetCurrent", "l"),
          Map.entry("cuMemGetInfo_v2", "ll"),
          Map.entry("cuMemAlloc_v2", "ll"),
          Map.entry("cuMemFree_v2", "l"),
          Map.entry(ALLOCATE_HOST, "ll"),
          Map.entry("cuMemFreeHost", "l"),
          Map.entry("cuMemcpyHtoDAsync_v2", "llll"),
          Map.entry("cuMemcpyDtoHAsync_v2", "llll"),
          Map.entry("cuMemcpyDtoDAsync_v2", "llll"),
          Map.entry("cuMemsetD8Async", "lbll"),
          Map.entry("cuEventCreate", "li"),
          Map.entry("cuEventRecord", "ll"),
          Map.entry("cuEventDestroy_v2", "l"),
          Map.entry("cuStreamWaitEvent", "lli"),
          Map.entry("cuStreamCreate", "li"),
          Map.entry("cuStreamSynchronize", "l"),
          Map.entry("cuStreamDestroy_v2", "l"),
          Map.entry("cuStreamBeginCapture_v2", "li"),
          Map.entry("cuStreamEndCapture", "ll"),
          Map.entry("cuModuleLoadData", "ll"),
          Map.entry("cuModuleGetFunction", "lll"),
          Map.entry("cuModuleUnload", "l"),
          Map.entry("cuFuncSetAttribute", "lii"),
          Map.entry("cuLaunchKernel", "liiiiiiilll"),
          Map.entry("cuGraphInstantiateWithFlags", "lll"),
          Map.entry("cuGraphLaunch", "ll"),
          Map.entry("cuGraphExecDestroy", "l"),
          Map.entry("cuGraphDestroy", "l"),
          Map.entry("cuGetErrorName", "il"),
          Map.entry("cuGetErrorString", "il"));

  /** What to do about errors that a user can do something about. */
  private static final Map<Integer, String> ADVICE =
      Map.of(
          35, "update the driver: it is older than the CUDA libraries",
          46,
              "another program has the card for itself, or nvidia-smi shows it in a state to be"
                  + " reset",
          100, "there is no card here, or CUDA_VISIBLE_DEVICES hides it",
          101, "there is no card of that number; nvidia-smi lists them",
          209, "the compiled kernels are not for this card",
          700,
              "a kernel read or wrote outside its memory: please report this with the command that"
                  + " led to it",
          802, "the cards are still starting (nvidia-fabricmanager)",
          803,
              "the driver's library and kernel module are of different versions: restart the"
                  + " machine",
          804, "the card's driver is too old for this library; update it");

  private final NativeLibrary library;
  private final Map<String, NativeLibrary.Function> functions = new ConcurrentHashMap<>();

  /** Opened and started. */
  Driver(NativeLibrary library) {
    this.library = library;
    call("cuInit", 0);
  }

  /** Where it was found. */
  String name() {
    return library.name();
  }

  /**
   * Calls a function and refuses any other status than success.
   *
   * @throws CudaOutOfMemoryException when it needs more memory than there is
   * @throws CudaException when something else is wrong
   */
  void call(String function, Object... arguments) {
    check(function, status(function, arguments));
  }

  /** Refuses any other status than success, as {@link #call} does. */
  void check(String function, int status) {
    if (status == OUT_OF_MEMORY) {
      throw outOfMemory(function);
    }
    if (status != 0) {
      throw failed(function, status);
    }
  }

  /** What to throw when a function, of this or another library, found too little memory. */
  CudaOutOfMemoryException outOfMemory(String function) {
    if (function.equals(ALLOCATE_HOST)) {
      return CudaOutOfMemoryException.ofTheMachine(function);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(ValueLayout.JAVA_LONG, 2);
      // Not told where a card could not even be taken for use.
      return status("cuMemGetInfo_v2", both.address(), both.address() + Long.BYTES) == 0
          ? CudaOutOfMemoryException.in(
              function,
              both.get(ValueLayout.JAVA_LONG, 0),
              both.get(ValueLayout.JAVA_LONG, Long.BYTES))
          : CudaOutOfMemoryException.in(function);
    }
  }

  /** Calls a function and gives its status. */
  int status(String function, Object... arguments) {
    return function(function).call(arguments);
  }

  private NativeLibrary.Function function(String name) {
    NativeLibrary.Function function = functions.get(name);
    return function != null
        ? function
        : functions.computeIfAbsent(
            name, known -> library.function(known, "i" + SIGNATURES.get(known)));
  }

  private CudaException failed(String function, int status) {
    String advice = ADVICE.get(status);
    return new CudaException(
        "%s failed with %s (%d): %s%s"
            .formatted(
                function,
                text("cuGetErrorName", status),
                status,
                text("cuGetErrorString", status),
                advice == null ? "" : "; " + advice));
  }

  private String text(String function, int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
      if (status(function, status, pointer.address()) != 0) {
        return "an error that the driver does not know";
      }
      return pointer.get(ValueLayout.ADDRESS, 0).reinterpret(1 << 10).getString(0);
    }
  }

  /** A function whose first parameter points to the number that it gives. */
  long give(String function, Object... rest) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG); // zeroed: it may take 32 bits
      Object[] arguments = new Object[rest.length + 1];
      arguments[0] = result.address();
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      call(function, arguments);
      return result.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** The newest CUDA that it supports, such as 13.0. */
  String version() {
    int version = newestCuda(library);
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** The newest CUDA that a driver supports, such as 13000 for 13.0, without starting it. */
  static int newestCuda(NativeLibrary library) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(ValueLayout.JAVA_INT); // zero where it is not told
      library.function("cuDriverGetVersion", "il").call(version.address());
      return version.get(ValueLayout.JAVA_INT, 0);
    }
  }

  int cards() {
    return (int) give("cuDeviceGetCount");
  }

  /** What is known of a card, without starting anything on it. */
  CardProperties properties(int ordinal) {
    int card = (int) give("cuDeviceGet", ordinal);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(256);
      call("cuDeviceGetName", name.address(), (int) name.byteSize(), card);
      return new CardProperties(
          name.getString(0),
          attribute(75, card),
          attribute(76, card),
          give("cuDeviceTotalMem_v2", card),
          attribute(16, card),
          attribute(97, card));
    }
  }

  /** A CUdevice_attribute. */
  private int attribute(int which, int card) {
    return (int) give("cuDeviceGetAttribute", which, card);
  }

  /** Bytes that nobody uses on a card. */
  long freeMemory(int ordinal) {
    int card = (int) give("cuDeviceGet", ordinal);
    call("cuCtxSetCurrent", give("cuDevicePrimaryCtxRetain", card));
    try {
      return freeMemory();
    } finally {
      call("cuDevicePrimaryCtxRelease_v2", card);
    }
  }

  /** Bytes that nobody uses on the card of the current context. */
  long freeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(ValueLayout.JAVA_LONG, 2);
      call("cuMemGetInfo_v2", both.address(), both.address() + Long.BYTES);
      return both.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
