package kleiber.engine.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import kleiber.engine.Kernel;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * Where gradients of activations lie so that those which are never there at the same time share
 * memory: the largest first, each at the lowest place that nothing of its time has taken (greedy by
 * size: Pisarchyk and Lee 2020, arXiv:2001.03288).
 */
final class GradientPlaces {
  private final List<Place> places = new ArrayList<>();

  /** There from a call of the backward pass to another, both included. */
  private record Lifetime(int begin, int end) {
    boolean meets(Lifetime other) {
      return begin <= other.end && other.begin <= end;
    }
  }

  private record Place(Tensor tensor, Lifetime lifetime, long offset, long end) {}

  /**
   * @param without those that need no place
   * @param bytes of a gradient, a multiple of what addresses are to be multiples of
   */
  GradientPlaces(Program program, Set<Tensor> without, ToLongFunction<Tensor> bytes) {
    Map<Tensor, Lifetime> lifetimes = lifetimes(program);
    lifetimes.keySet().removeAll(without);
    List<Tensor> largestFirst = new ArrayList<>(lifetimes.keySet());
    largestFirst.sort(Comparator.comparingLong(bytes).reversed());
    for (Tensor tensor : largestFirst) {
      place(tensor, lifetimes.get(tensor), bytes.applyAsLong(tensor));
    }
  }

  /** From the call that gives to it first to that of the kernel that made the activation. */
  private static Map<Tensor, Lifetime> lifetimes(Program program) {
    Map<Tensor, Lifetime> lifetimes = new LinkedHashMap<>();
    List<Program.Backward> calls = program.backward();
    for (int i = 0; i < calls.size(); i++) {
      Kernel kernel = calls.get(i).kernel();
      List<Tensor> used = new ArrayList<>(kernel.inputs());
      used.add(kernel.output());
      for (Tensor tensor : used) {
        if (tensor.role() == Tensor.Role.ACTIVATION) {
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

  /** Bytes before each gradient. */
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
