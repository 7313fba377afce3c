package kleiber.plan;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where a grid is to be trained.
 *
 * @param cohort trunks and single runs in a cohort; as many as pay when empty
 * @param bytes of memory for all that trains
 */
public record Workplace(List<Crew> crews, OptionalInt cohort, double bytes) {
  public Workplace {
    crews = List.copyOf(crews);
    if (crews.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one crew");
    }
  }

  /** Cohorts trained at the same time. */
  public int lanes() {
    return crews.stream().mapToInt(Crew::lanes).sum();
  }
}
