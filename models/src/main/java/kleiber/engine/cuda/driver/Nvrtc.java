package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The run-time compiler: CUDA C++ to machine code for one architecture. */
@SuppressWarnings("restricted")
final class Nvrtc {
  private static final String STANDARD = "--std=c++17";

  private final NativeLibrary library;
  private final NativeLibrary.Function createProgram;
  private final NativeLibrary.Function compileProgram;
  private final NativeLibrary.Function destroyProgram;
  private final NativeLibrary.Function errorString;

  Nvrtc(NativeLibrary library) {
    this.library = library;
    createProgram = library.function("nvrtcCreateProgram", "illlill");
    compileProgram = library.function("nvrtcCompileProgram", "ilil");
    destroyProgram = library.function("nvrtcDestroyProgram", "il");
    errorString = library.function("nvrtcGetErrorString", "li");
  }

  /** Where it was found. */
  String name() {
    return library.name();
  }

  /** Such as 13.0. */
  String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(ValueLayout.JAVA_INT, 2);
      check(
          "nvrtcVersion",
          library
              .function("nvrtcVersion", "ill")
              .call(both.address(), both.address() + Integer.BYTES));
      return both.get(ValueLayout.JAVA_INT, 0) + "." + both.get(ValueLayout.JAVA_INT, 4);
    }
  }

  /** The architectures that it compiles for, such as 90 for sm_90. */
  List<Integer> architectures() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      check(
          "nvrtcGetNumSupportedArchs",
          library.function("nvrtcGetNumSupportedArchs", "il").call(count.address()));
      MemorySegment all = arena.allocate(ValueLayout.JAVA_INT, count.get(ValueLayout.JAVA_INT, 0));
      check(
          "nvrtcGetSupportedArchs",
          library.function("nvrtcGetSupportedArchs", "il").call(all.address()));
      return Arrays.stream(all.toArray(ValueLayout.JAVA_INT)).boxed().toList();
    }
  }

  /**
   * The newest architecture that it knows and the card runs: its own or, as code for a card runs on
   * later ones of the same major version, an earlier one.
   *
   * @throws CudaException when there is none
   */
  String architectureFor(CardProperties card) {
    return architectures().stream()
        .filter(known -> known / 10 == card.major() && known % 10 <= card.minor())
        .max(Integer::compare)
        .map(known -> "sm_" + known)
        .orElseThrow(() -> unknown(card.architecture()));
  }

  private CudaException unknown(String architecture) {
    return new CudaException(
        "%s (NVRTC %s) cannot compile for %s, only for %s; install a CUDA that knows this card"
            .formatted(name(), version(), architecture, architectures()));
  }

  /**
   * Compiles one of the sources.
   *
   * @param architecture such as {@code sm_90}
   * @throws CudaException when it does not know the architecture, or with what it says of the
   *     source
   */
  byte[] compile(String source, String architecture) {
    String text = KernelSources.text(source + ".cu");
    List<String> headers = KernelSources.headers(text);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          "nvrtcCreateProgram",
          createProgram.call(
              program.address(),
              arena.allocateFrom(text).address(),
              arena.allocateFrom(source + ".cu").address(),
              headers.size(),
              strings(arena, headers.stream().map(KernelSources::text).toList()),
              strings(arena, headers)));
      long handle = program.get(ValueLayout.JAVA_LONG, 0);
      try {
        List<String> options = List.of("--gpu-architecture=" + architecture, STANDARD);
        int status = compileProgram.call(handle, options.size(), strings(arena, options));
        if (status != 0) {
          throw refused(source, architecture, status, handle);
        }
        return bytes("nvrtcGetCUBINSize", "nvrtcGetCUBIN", handle);
      } finally {
        destroyProgram.call(program.address());
      }
    }
  }

  private CudaException refused(String source, String architecture, int status, long handle) {
    if (!architectures().contains(Integer.valueOf(architecture.substring("sm_".length())))) {
      return unknown(architecture);
    }
    byte[] log = bytes("nvrtcGetProgramLogSize", "nvrtcGetProgramLog", handle);
    return new CudaException(
        "%s does not compile for %s: %s%n%s"
            .formatted(
                source, architecture, text(status), new String(log, StandardCharsets.UTF_8)));
  }

  private byte[] bytes(String sizeFunction, String function, long program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      check(sizeFunction, library.function(sizeFunction, "ill").call(program, size.address()));
      MemorySegment bytes = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
      check(function, library.function(function, "ill").call(program, bytes.address()));
      return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** The address of an array of strings. */
  private static long strings(Arena arena, List<String> strings) {
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, Math.max(1, strings.size()));
    for (int i = 0; i < strings.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings.get(i)));
    }
    return pointers.address();
  }

  private void check(String function, int status) {
    if (status != 0) {
      throw new CudaException(
          "%s of %s failed: %s".formatted(function, library.name(), text(status)));
    }
  }

  private String text(int status) {
    return MemorySegment.ofAddress(errorString.callLong(status)).reinterpret(1 << 10).getString(0);
  }
}
