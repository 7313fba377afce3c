package kleiber.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A kernel's arguments as a launch takes them: an array of pointers to them. */
final class Arguments {
  private Arguments() {}

  static MemorySegment of(Launch launch, Arena arena) {
    List<Object> arguments = launch.arguments();
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      MemorySegment argument =
          switch (arguments.get(i)) {
            case Long value -> arena.allocateFrom(ValueLayout.JAVA_LONG, value);
            case Integer value -> arena.allocateFrom(ValueLayout.JAVA_INT, value);
            case Float value -> arena.allocateFrom(ValueLayout.JAVA_FLOAT, value);
            default -> throw new IllegalStateException("no launch has a " + arguments.get(i));
          };
      pointers.setAtIndex(ValueLayout.ADDRESS, i, argument);
    }
    return pointers;
  }
}
