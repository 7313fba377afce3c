package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An opened shared library, and its functions by name. A pointer is a {@code long} here, as is
 * whatever has 64 bits.
 */
@SuppressWarnings("restricted")
final class NativeLibrary {
  private final String name;
  private final SymbolLookup symbols;

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /** The library of a file, or, for a bare name, the one that the loader finds. */
  static Optional<NativeLibrary> open(Path path) {
    try {
      SymbolLookup symbols =
          path.isAbsolute()
              ? SymbolLookup.libraryLookup(path, Arena.global())
              : SymbolLookup.libraryLookup(path.toString(), Arena.global());
      return Optional.of(new NativeLibrary(path.toString(), symbols));
    } catch (IllegalArgumentException e) { // not there, or not for this machine
      return Optional.empty();
    }
  }

  /** Where it was found. */
  String name() {
    return name;
  }

  /**
   * One of its functions.
   *
   * @param types of the result and then the parameters: i for 32 bits, l for 64 bits or a pointer,
   *     b for 8 bits
   */
  Function function(String function, String types) {
    MemoryLayout[] layouts =
        types.chars().skip(1).mapToObj(NativeLibrary::layout).toArray(MemoryLayout[]::new);
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                symbols
                    .find(function)
                    .orElseThrow(
                        () ->
                            new CudaException("%s has no %s; update it".formatted(name, function))),
                FunctionDescriptor.of(layout(types.charAt(0)), layouts));
    int parameters = handle.type().parameterCount();
    return new Function(
        function,
        handle
            .asType(MethodType.genericMethodType(parameters))
            .asSpreader(Object[].class, parameters));
  }

  private static MemoryLayout layout(int type) {
    return switch (type) {
      case 'i' -> ValueLayout.JAVA_INT;
      case 'l' -> ValueLayout.JAVA_LONG;
      case 'b' -> ValueLayout.JAVA_BYTE;
      default -> throw new IllegalArgumentException("no type " + (char) type);
    };
  }

  /** A function of a library. Never a critical call: the driver may wait. */
  record Function(String name, MethodHandle handle) {
    /** A function that gives a status. */
    int call(Object... arguments) {
      return (int) invoke(arguments);
    }

    /** A function that gives a pointer or a size. */
    long callLong(Object... arguments) {
      return (long) invoke(arguments);
    }

    private Object invoke(Object[] arguments) {
      try {
        return handle.invokeExact(arguments);
      } catch (Throwable e) {
        throw new IllegalStateException(name + " cannot be called", e);
      }
    }
  }
}
