package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.FitPlan;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Run;
import kleiber.experiment.SettingsFilter;
import kleiber.run.StoredRun;

/** Which recipe a fit is of, and whether it is of one at all. */
final class RecipeNotes {
  /** A size or a rate: runs that differ in it may be of one recipe. */
  private static final Pattern NUMBER = Pattern.compile("[-+0-9.].*");

  /** What is said of a fit whose plan chooses, or should. */
  static List<String> of(Analysis analysis) {
    FitPlan plan = analysis.experiment().fit();
    List<String> notes = new ArrayList<>();
    long others = analysis.runs().stream().filter(run -> !plan.recipe().matches(run.run())).count();
    if (!plan.recipe().settings().isEmpty()) {
      notes.add(
          "The fit is of the runs with %s; %d %s of other recipes %s neither fitted nor foretold."
              .formatted(
                  plan.recipe().words(),
                  others,
                  others == 1 ? "run" : "runs",
                  others == 1 ? "is" : "are"));
    }
    int atOtherRates = analysis.observations().atOtherRates();
    if (plan.atBestRates()) {
      notes.add(
          "Of several learning rates and batches tried at one size and length the best counts alone, at the held-out size too: %d %s not."
              .formatted(atOtherRates, atOtherRates == 1 ? "run does" : "runs do"));
    }
    mixture(analysis, plan).ifPresent(notes::add);
    return notes;
  }

  private RecipeNotes() {}

  /** What is told of a fit through several recipes. */
  private static Optional<String> mixture(Analysis analysis, FitPlan plan) {
    List<Run> runs =
        analysis.runs().stream()
            .filter(run -> run.state() == StoredRun.State.DONE && !run.run().probe())
            .filter(run -> plan.reasonToLeaveOut(run.run().id()).isEmpty())
            .map(StoredRun::run)
            .filter(plan.recipe()::matches)
            .toList();
    List<Map<String, String>> settings = runs.stream().map(FlatSettings::of).toList();
    Set<String> paths = new TreeSet<>();
    settings.forEach(its -> paths.addAll(its.keySet()));
    String mixed =
        Stream.of("model.", "optimizer.")
            .flatMap(part -> mixed(part, paths, settings).stream())
            .collect(Collectors.joining(", "));
    return mixed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "One law is fitted through several recipes, which differ in %s, and is the law of none of them; fit.where chooses one."
                .formatted(mixed));
  }

  /** What differs in a part of the settings: its type, or else switches and words within it. */
  private static List<String> mixed(
      String part, Set<String> paths, List<Map<String, String>> settings) {
    List<String> mixed = new ArrayList<>();
    for (String path : paths) {
      Set<String> values = new TreeSet<>();
      settings.forEach(its -> values.add(its.getOrDefault(path, SettingsFilter.NONE)));
      boolean sizes =
          !values.contains(SettingsFilter.NONE)
              && values.stream().anyMatch(value -> NUMBER.matcher(value).matches());
      if (path.startsWith(part) && values.size() > 1 && !sizes) {
        String told = path + " (" + String.join(", ", values) + ")";
        if (path.equals(part + "type")) {
          return List.of(told); // each type has settings of its own
        }
        mixed.add(told);
      }
    }
    return mixed;
  }
}
