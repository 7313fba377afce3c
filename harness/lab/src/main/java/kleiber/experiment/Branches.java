package kleiber.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is left to do for each of several runs when the branches of a trunk are trained together: a
 * step that branches share is done once.
 *
 * @param ownSteps by id of the run, its steps that no run before it in the list has done
 */
public record Branches(Map<String, Long> ownSteps) {
  public Branches {
    ownSteps = Map.copyOf(ownSteps);
  }

  /** Of runs in the order in which the shared steps are counted as theirs. */
  public static Branches of(List<Run> runs) {
    Map<String, List<Run>> trunks = new HashMap<>();
    Map<String, Long> own = new LinkedHashMap<>();
    for (Run run : runs) {
      List<Run> before = trunks.computeIfAbsent(run.cluster(), _ -> new ArrayList<>());
      // Shared beginnings form a tree: what any branch before has done, the nearest of them has.
      long shared =
          before.stream().mapToLong(other -> run.spec().sharedSteps(other.spec())).max().orElse(0);
      own.put(run.id(), run.spec().steps() - shared);
      before.add(run);
    }
    return new Branches(own);
  }

  /** FLOPs of a run's own steps with a vocabulary of V. */
  public double flops(Run run, int vocabulary) {
    return run.flops(vocabulary) * ownSteps.get(run.id()) / run.spec().steps();
  }
}
