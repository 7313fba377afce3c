package kleiber.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs of one recipe: those whose settings have given values.
 *
 * @param settings values by the paths of {@link FlatSettings}; numbers are compared as numbers, and
 *     {@value #NONE} is also the value of a setting that other runs have and this one does not
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
    return settings.isEmpty() ? Optional.empty() : difference(FlatSettings.of(run));
  }

  private Optional<String> difference(Map<String, String> its) {
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
   * @throws IllegalArgumentException when none does, or no run at all has one of the settings; the
   *     message says which setting or value is not there, and what there is
   */
  public List<Run> of(Collection<Run> runs) {
    if (settings.isEmpty()) {
      return List.copyOf(runs);
    }
    Map<String, TreeSet<String>> known = new TreeMap<>();
    List<Run> matching = new ArrayList<>();
    for (Run run : runs) {
      Map<String, String> its = FlatSettings.of(run);
      its.forEach((path, value) -> known.computeIfAbsent(path, _ -> new TreeSet<>()).add(value));
      if (difference(its).isEmpty()) {
        matching.add(run);
      }
    }
    for (String path : new TreeSet<>(settings.keySet())) {
      if (!known.containsKey(path)) {
        throw new IllegalArgumentException(
            "no run has a setting '%s'; %s".formatted(path, Names.known(path, known.keySet())));
      }
    }
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(refusal(known));
    }
    return matching;
  }

  private String refusal(Map<String, TreeSet<String>> known) {
    for (Map.Entry<String, String> wanted : new TreeMap<>(settings).entrySet()) {
      Set<String> values = known.get(wanted.getKey());
      if (!wanted.getValue().equals(NONE)
          && values.stream().noneMatch(value -> same(wanted.getValue(), value))) {
        return "no run has %s %s; %s"
            .formatted(wanted.getKey(), wanted.getValue(), Names.known(wanted.getValue(), values));
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
