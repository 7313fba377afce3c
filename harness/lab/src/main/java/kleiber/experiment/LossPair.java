package kleiber.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.estimate.Likeness;
import kleiber.laws.Observation;
import kleiber.laws.Scale;

/**
 * Two losses that are set against each other: of one run on two held-out sets, or of two runs that
 * are alike in N, D and seed.
 */
public record LossPair(Observation from, Observation to) {
  /** What one run alone may have among those of a side. */
  private record Place(
      double params, long tokens, Map<String, Double> axes, long seed, double rate, long batch) {}

  /**
   * Every loss with its partner, in the order of the first; those without one are in no pair.
   *
   * @param runs that they are of, for their seeds
   */
  public static List<LossPair> alike(List<Observation> from, List<Observation> to, List<Run> runs) {
    Map<String, Long> seeds =
        runs.stream().collect(Collectors.toMap(Run::id, run -> run.spec().seed(), (a, _) -> a));
    Likeness likeness =
        Likeness.of(
            from.stream().map(Observation::at).toList(), to.stream().map(Observation::at).toList());
    List<Observation> others = new ArrayList<>(to);
    List<LossPair> pairs = new ArrayList<>();
    for (Observation one : from) {
      Optional<Observation> partner =
          others.stream()
              .filter(other -> seeds.get(other.run()).equals(seeds.get(one.run())))
              .filter(other -> likeness.holds(one.at(), other.at()))
              .findFirst();
      partner.ifPresent(
          other -> {
            others.remove(other);
            pairs.add(new LossPair(one, other));
          });
    }
    return pairs;
  }

  /**
   * Refuses runs of one side that no place tells apart, as they lie on two curves.
   *
   * @throws IllegalArgumentException with the settings in which the first of them differ
   */
  public static void refuseTwins(Map<Run, Scale> runs) {
    Map<Place, Run> known = new HashMap<>();
    runs.forEach(
        (run, at) -> {
          Run twin = known.putIfAbsent(place(run, at), run);
          if (twin != null) {
            throw new IllegalArgumentException(
                "runs %s and %s are alike in N, D, learning rate, batch and seed, but for %s against %s: where must tell them apart"
                    .formatted(
                        twin.id(),
                        run.id(),
                        FlatSettings.words(twin, List.of(run)),
                        FlatSettings.words(run, List.of(twin))));
          }
        });
  }

  private static Place place(Run run, Scale at) {
    Map<String, Double> axes = new TreeMap<>(at.extra());
    axes.remove(Scale.UNIQUE_TOKENS);
    return new Place(
        at.params(),
        run.spec().tokens(),
        axes,
        run.spec().seed(),
        run.spec().optimizer().learningRate(),
        run.spec().tokensPerStep());
  }

  /** What a run's loss on a held-out set is of: which text, and what of it is predicted. */
  static List<Object> measure(Run run, String heldOut) {
    return List.of(
        run.spec().heldOutOf(heldOut).corpus().orElse(run.spec().corpus()),
        run.spec().model().predicted());
  }

  /** Whether either run is kept from the law. */
  public boolean heldOut(FitPlan.HoldOut rule) {
    return rule.holdsOut(from.at().flops()) || rule.holdsOut(to.at().flops());
  }
}
