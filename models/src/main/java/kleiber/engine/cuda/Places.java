package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * Where what is there for a while lies, so that what is never there at the same time shares memory:
 * the largest first, each at the lowest place that nothing of its time has taken (greedy by size:
 * Pisarchyk and Lee 2020, arXiv:2001.03288).
 */
final class Places {
  private final List<Place> places = new ArrayList<>();

  /** There from a kernel of a pass to another, both included. */
  private record Lifetime(int begin, int end) {
    boolean meets(Lifetime other) {
      return begin <= other.end && other.begin <= end;
    }
  }

  private record Place(Tensor tensor, Lifetime lifetime, long offset, long end) {}

  private Places(Map<Tensor, Lifetime> lifetimes, ToLongFunction<Tensor> bytes) {
    List<Tensor> largestFirst = new ArrayList<>(lifetimes.keySet());
    largestFirst.sort(Comparator.comparingLong(bytes).reversed());
    for (Tensor tensor : largestFirst) {
      place(tensor, lifetimes.get(tensor), bytes.applyAsLong(tensor));
    }
  }

  /**
   * Of values in the forward pass: each from the kernel that makes it to the last that reads it.
   *
   * @param of those that need a place
   * @param bytes of each, a multiple of what addresses are to be multiples of
   */
  static Places ofValues(Program program, Predicate<Tensor> of, ToLongFunction<Tensor> bytes) {
    return new Places(lifetimes(program.forward(), of), bytes);
  }

  /**
   * Of gradients in the backward pass: each from the call that gives to it first to that of the
   * kernel that made the activation.
   *
   * @param of those that need a place
   * @param bytes as above
   */
  static Places ofGradients(Program program, Predicate<Tensor> of, ToLongFunction<Tensor> bytes) {
    List<Kernel> kernels = program.backward().stream().map(Program.Backward::kernel).toList();
    return new Places(lifetimes(kernels, of), bytes);
  }

  /** From the first kernel that has to do with an activation to the last. */
  private static Map<Tensor, Lifetime> lifetimes(List<Kernel> kernels, Predicate<Tensor> of) {
    Map<Tensor, Lifetime> lifetimes = new LinkedHashMap<>();
    for (int i = 0; i < kernels.size(); i++) {
      List<Tensor> used = new ArrayList<>(kernels.get(i).inputs());
      used.add(kernels.get(i).output());
      for (Tensor tensor : used) {
        if (tensor.role() == Tensor.Role.ACTIVATION && of.test(tensor)) {
          int first = lifetimes.containsKey(tensor) ? lifetimes.get(tensor).begin : i;
          lifetimes.put(tensor, new Lifetime(first, i));
        }
      }
    }
    return lifetimes;
  }

  /** Places are kept in the order of their offsets. */
  private void place(Tensor tensor, Lifetime lifetime, long bytes) {
    long offset = 0;
    for (Place taken : places) {
      if (taken.lifetime.meets(lifetime)) {
        if (offset + bytes <= taken.offset) {
          break;
        }
        offset = Math.max(offset, taken.end);
      }
    }
    places.add(new Place(tensor, lifetime, offset, offset + bytes));
    places.sort(Comparator.comparingLong(Place::offset));
  }

  /** Bytes before each. */
  Map<Tensor, Long> offsets() {
    Map<Tensor, Long> offsets = new HashMap<>();
    places.forEach(place -> offsets.put(place.tensor, place.offset));
    return offsets;
  }

  /** Bytes of all together. */
  long bytes() {
    return places.stream().mapToLong(Place::end).max().orElse(0);
  }
}
