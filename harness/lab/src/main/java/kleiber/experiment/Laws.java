package kleiber.experiment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kleiber.laws.Law;

/**
 * Which of several laws foretells best: fitted to the smallest runs, ordered by their error on
 * larger ones, and judged on the largest, which chose nothing. The plain power law always takes
 * part.
 *
 * @param laws that take part beside it
 */
public record Laws(List<Law> laws) implements StudyPlan {
  public Laws {
    laws = List.copyOf(laws);
    if (laws.isEmpty()) {
      throw new IllegalArgumentException("laws is empty: name at least one law to compare");
    }
    Set<String> names = new HashSet<>();
    for (Law law : laws) {
      String name = law.getClass().getSimpleName();
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "laws names %s twice, and results are told apart by the name".formatted(name));
      }
    }
  }

  @Override
  public void check(PlannedGrid grid) {
    try {
      ThreeParts.of(grid.ends());
    } catch (UserException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
