package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.cuda.driver.Product.Matrix;

/**
 * All CUDA sources, compiled for this machine's processor together with an emulation of a card's
 * threads.
 */
@SuppressWarnings("restricted")
final class Emulator {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private static final Path LIBRARY = build();
  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
  private static final MethodHandle LAUNCH =
      handle(
          "emulator_launch",
          FunctionDescriptor.of(POINTER, POINTER, INT, INT, INT, INT, INT, POINTER, INT));
  private static final MethodHandle SIGNATURE =
      handle("emulator_signature", FunctionDescriptor.of(POINTER, POINTER));
  private static final MethodHandle MULTIPLY =
      handle(
          "emulator_multiply",
          FunctionDescriptor.ofVoid(
              INT, INT, INT, LONG, LONG, INT, LONG, LONG, LONG, INT, LONG, FLOAT, LONG, LONG, LONG,
              INT, INT));

  private Emulator() {}

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), descriptor);
  }

  /** Every source in a namespace of its own, then its kernels by name. */
  private static Path build() {
    StringBuilder main = new StringBuilder("#include \"emulator.cpp\"\n");
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put("kernels.cpp", "");
    for (String header : SourceFiles.ending(".cuh")) {
      sources.put(header, KernelSources.text(header));
      main.append("#include \"").append(header).append("\"\n");
    }
    for (String file : SourceFiles.ending(".cu")) {
      String text = KernelSources.text(file);
      sources.put(file, text);
      String name = file.substring(0, file.lastIndexOf('.'));
      main.append("namespace cu_%s {\n#include \"%s\"\n".formatted(name, file));
      SourceFiles.kernels(text)
          .forEach(kernel -> main.append("KERNEL(").append(kernel).append(")\n"));
      main.append("}\n");
    }
    sources.put("kernels.cpp", main.toString());
    sources.put("emulator.h", Compiler.resource("emulator.h"));
    sources.put("emulator.cpp", Compiler.resource("emulator.cpp"));
    return Compiler.library(sources, "-O3", "-march=native");
  }

  /** The compiled library. */
  static Path library() {
    return LIBRARY;
  }

  /** Runs a kernel to its end. */
  static void launch(Launch launch, boolean reversed) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(launch.kernel());
      MemorySegment signature = (MemorySegment) SIGNATURE.invokeExact(name);
      if (signature.address() == 0) {
        throw new IllegalStateException("there is no kernel " + launch.kernel());
      }
      check(launch, signature.reinterpret(1 << 10).getString(0));
      Launch.Grid grid = launch.grid();
      MemorySegment error =
          (MemorySegment)
              LAUNCH.invokeExact(
                  name,
                  (int) grid.x(),
                  (int) grid.y(),
                  (int) grid.z(),
                  launch.threads(),
                  launch.sharedBytes(),
                  Arguments.of(launch, arena),
                  reversed ? 1 : 0);
      if (error.address() != 0) {
        throw new IllegalStateException(launch + ": " + error.reinterpret(1 << 10).getString(0));
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A card would take what it is given, whatever the types. */
  private static void check(Launch launch, String signature) {
    List<Object> arguments = launch.arguments();
    StringBuilder given = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      given.append(
          switch (arguments.get(i)) {
            case Integer _ -> 'i';
            case Float _ -> 'f';
            default -> i < signature.length() && signature.charAt(i) == 'p' ? 'p' : 'l';
          });
    }
    if (!given.toString().equals(signature)) {
      throw new IllegalStateException(
          launch.kernel() + " takes " + signature + " but is given " + given);
    }
  }

  static void multiply(Product product) {
    Matrix a = product.a();
    Matrix b = product.b();
    Matrix c = product.c();
    try {
      MULTIPLY.invokeExact(
          product.m(),
          product.n(),
          product.k(),
          a.address(),
          a.pitch(),
          a.transposed() ? 1 : 0,
          a.stride(),
          b.address(),
          b.pitch(),
          b.transposed() ? 1 : 0,
          b.stride(),
          product.beta(),
          c.address(),
          c.pitch(),
          c.stride(),
          product.members() * product.parts(),
          product.inputs().ordinal());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
