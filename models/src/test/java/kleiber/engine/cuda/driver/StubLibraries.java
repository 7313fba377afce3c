package kleiber.engine.cuda.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder with the three libraries of a CUDA installation, which are one that runs kernels in the
 * emulator.
 */
@SuppressWarnings("restricted")
public final class StubLibraries {
  static final String NVRTC = "libnvrtc.so.13";
  static final String CUBLASLT = "libcublasLt.so.13";

  private StubLibraries() {}

  /**
   * A device that goes the whole way through the driver.
   *
   * @param cubins where it keeps what it compiles
   */
  public static CudaDevice open(Path cubins) {
    return new DriverDevice(libraries(), 0, new Cubins(cubins));
  }

  static CudaLibraries libraries() {
    return CudaLibraries.find(search(folder("all", "libcuda.so.1", NVRTC, CUBLASLT)));
  }

  static LibrarySearch search(Path folder) {
    return new LibrarySearch(Map.of("LD_LIBRARY_PATH", folder.toString()), folder);
  }

  /** Beside the compiled library, with links to it. */
  static Path folder(String name, String... links) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String file : List.of("stub.cpp", "stub_nvrtc.h", "stub_cublaslt.h")) {
      sources.put(file, Compiler.resource(file));
    }
    Path library = Compiler.library(sources, "-O1", "-DKERNELS=\"" + Emulator.library() + "\"");
    try {
      Path folder = Files.createDirectories(library.resolveSibling(name));
      for (String link : links) {
        if (!Files.exists(folder.resolve(link))) {
          Files.createSymbolicLink(folder.resolve(link), library);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Streams, modules, graphs and memory that were not given back. */
  public static int leftOpen() {
    try {
      return (int)
          function("stub_left_open", FunctionDescriptor.of(ValueLayout.JAVA_INT)).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs something while streams that are not the first do what they are given as early as a card
   * may, not as late.
   */
  public static void eagerly(Runnable action) {
    set("stub_eager", 1);
    try {
      action.run();
    } finally {
      set("stub_eager", 0);
    }
  }

  /** Runs something while a function of the libraries gives a status and does nothing else. */
  public static void refusing(String function, int status, Runnable action) {
    refuse(function, status);
    try {
      action.run();
    } finally {
      refuse("", 0);
    }
  }

  private static void refuse(String function, int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(function);
      function("stub_refuse", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
          .invokeExact(name, status);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs something with a driver for CUDA up to a version, such as 12080 for 12.8. */
  static void withDriver(int version, Runnable action) {
    set("stub_driver", version);
    try {
      action.run();
    } finally {
      set("stub_driver", 13_000);
    }
  }

  private static void set(String function, int value) {
    try {
      function(function, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)).invokeExact(value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(folder("all", NVRTC).resolve(NVRTC), Arena.global())
                .findOrThrow(name),
            descriptor);
  }
}
