package kleiber.laws;

import java.util.ArrayList;
import java.util.List;

/** The cheapest few of many candidates. */
final class Best<T> {
  private final int count;
  private final List<Double> costs = new ArrayList<>();
  private final List<T> kept = new ArrayList<>();

  Best(int count) {
    this.count = count;
  }

  void offer(double cost, T candidate) {
    if (!Double.isFinite(cost) || kept.size() == count && cost >= costs.get(count - 1)) {
      return;
    }
    int place = 0;
    while (place < costs.size() && costs.get(place) <= cost) {
      place++;
    }
    costs.add(place, cost);
    kept.add(place, candidate);
    if (kept.size() > count) {
      costs.remove(count);
      kept.remove(count);
    }
  }

  /** Cheapest first. */
  List<T> all() {
    return List.copyOf(kept);
  }
}
