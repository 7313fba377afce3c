package kleiber.experiment;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs of one recipe: those whose settings have given values.
 *
 * @param settings values by the paths of {@link FlatSettings}; numbers are compared as numbers, and
 *     {@value #NONE} is also the value of a setting that a run does not have
 */
public record SettingsFilter(Map<String, String> settings) {
  /** What a setting that is not there may be called. */
  public static final String NONE = "none";

  public SettingsFilter {
    settings = Map.copyOf(settings);
  }

  /** Whether a run has all of these values. */
  public boolean matches(Run run) {
    return settings.isEmpty() || difference(run).isEmpty();
  }

  /** What a run has instead, such as {@code optimizer.type is Muon}; empty when it matches. */
  public Optional<String> difference(Run run) {
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> its = FlatSettings.of(run);
    return new TreeMap<>(settings)
        .entrySet().stream()
            .filter(wanted -> !same(wanted.getValue(), its.get(wanted.getKey())))
            .map(wanted -> wanted.getKey() + " is " + its.getOrDefault(wanted.getKey(), NONE))
            .findFirst();
  }

  private static boolean same(String wanted, String given) {
    if (given == null) {
      return wanted.equals(NONE);
    }
    if (wanted.equals(given)) {
      return true;
    }
    try {
      return Double.parseDouble(wanted) == Double.parseDouble(given);
    } catch (NumberFormatException e) {
      return false; // two texts that differ
    }
  }

  /**
   * The runs that match.
   *
   * @throws IllegalArgumentException when none does; the message says which setting or value is not
   *     there, and what there is
   */
  public List<Run> of(Collection<Run> runs) {
    List<Run> matching = runs.stream().filter(this::matches).toList();
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(refusal(runs));
    }
    return matching;
  }

  private String refusal(Collection<Run> runs) {
    Map<String, TreeSet<String>> known = new TreeMap<>();
    for (Run run : runs) {
      FlatSettings.of(run)
          .forEach((path, value) -> known.computeIfAbsent(path, _ -> new TreeSet<>()).add(value));
    }
    for (Map.Entry<String, String> wanted : new TreeMap<>(settings).entrySet()) {
      String path = wanted.getKey();
      if (!known.containsKey(path) && !wanted.getValue().equals(NONE)) {
        return "no run has a setting '%s'; %s".formatted(path, Names.known(path, known.keySet()));
      }
      if (known.containsKey(path)
          && known.get(path).stream().noneMatch(value -> same(wanted.getValue(), value))
          && !wanted.getValue().equals(NONE)) {
        return "no run has %s %s; %s"
            .formatted(path, wanted.getValue(), Names.known(wanted.getValue(), known.get(path)));
      }
    }
    return "no run has %s all at once".formatted(words());
  }

  /** {@code optimizer.type AdamW, model.norm rms}. */
  public String words() {
    return new TreeMap<>(settings)
        .entrySet().stream()
            .map(each -> each.getKey() + " " + each.getValue())
            .collect(Collectors.joining(", "));
  }
}
