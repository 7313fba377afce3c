package kleiber.experiment;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Which of several recipes is better, and whether that holds at scale: each against a baseline,
 * each at the best learning rate and batch of every size and length, seed by seed.
 *
 * @param recipes by name: the settings that tell its runs from the others', by their paths, such as
 *     {@code optimizer.type}. Runs at a constant learning rate are compared by themselves, where
 *     there are others too
 * @param baseline name of the one that the others are held against
 * @param tokensPerParameter along which compute is divided into N and D, alike for all; each law's
 *     own best division when absent
 */
public record Recipes(
    Map<String, Map<String, String>> recipes, String baseline, OptionalDouble tokensPerParameter)
    implements StudyPlan {
  public Recipes {
    Map<String, Map<String, String>> copies = new LinkedHashMap<>();
    recipes.forEach((name, settings) -> copies.put(name, Map.copyOf(settings)));
    recipes = Collections.unmodifiableMap(copies);
    if (recipes.size() < 2) {
      throw new IllegalArgumentException("recipes: at least two are needed to compare them");
    }
    if (!recipes.containsKey(baseline)) {
      throw new IllegalArgumentException(
          "baseline: there is no recipe '%s'; %s"
              .formatted(baseline, Names.known(baseline, recipes.keySet())));
    }
    Map<Map<String, String>, String> names = new HashMap<>();
    recipes.forEach(
        (name, settings) -> {
          String twin = names.putIfAbsent(settings, name);
          if (twin != null) {
            throw new IllegalArgumentException(
                "recipes: %s and %s have the same settings, so they are the same runs"
                    .formatted(twin, name));
          }
        });
    tokensPerParameter.ifPresent(
        ratio -> {
          if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "tokensPerParameter is " + ratio + " but must be positive");
          }
        });
  }

  /** Refuses recipes without runs, and such as share some: a run is of one of them or of none. */
  @Override
  public void check(PlannedGrid planned) {
    List<Run> grid = planned.cells();
    Map<Run, String> owners = new HashMap<>();
    for (String name : recipes.keySet()) {
      List<Run> its = named(name, grid);
      List<Run> shared = its.stream().filter(owners::containsKey).toList();
      if (!shared.isEmpty()) {
        Run first = shared.getFirst();
        throw new IllegalArgumentException(
            "recipes %s (%s) and %s (%s) share %d of the grid's runs, the first of them %s with %s; give each settings that the others' runs do not have"
                .formatted(
                    owners.get(first),
                    filter(owners.get(first)).words(),
                    name,
                    filter(name).words(),
                    shared.stream()
                        .filter(run -> owners.get(run).equals(owners.get(first)))
                        .count(),
                    first.id(),
                    FlatSettings.words(first, grid)));
      }
      its.forEach(run -> owners.put(run, name));
    }
  }

  private List<Run> named(String name, List<Run> grid) {
    try {
      return filter(name).of(grid);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Which runs are of a recipe. */
  public SettingsFilter filter(String name) {
    return new SettingsFilter(recipes.get(name));
  }

  /** The recipes that are held against the baseline. */
  public List<String> others() {
    return recipes.keySet().stream().filter(name -> !name.equals(baseline)).toList();
  }
}
