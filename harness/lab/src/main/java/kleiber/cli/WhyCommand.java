package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;
import kleiber.run.RunStore;
import kleiber.run.RunSummary;
import kleiber.run.StoredRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a run is. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description =
        "Say what a run is: the settings that the grid varies, then the rest, and which runs differ"
            + " from it least and in what.")
final class WhyCommand implements Callable<Integer> {
  private static final int NEIGHBOURS = 8;
  private static final Path RESULTS = Path.of("results");

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The run's id, or as many of its first digits as no other run begins with.")
  private String id;

  @Option(
      names = "--in",
      paramLabel = "DIR|EXPERIMENT.yaml",
      description =
          "A folder of results or an experiment file that the run is of. May be repeated. Every"
              + " folder in results when not given.")
  private List<Path> places = new ArrayList<>();

  @Spec private CommandSpec spec;

  /** A run with its settings by their paths. */
  private record Cell(Run run, Map<String, String> settings) {
    Set<String> differs(Cell other) {
      Set<String> keys = new TreeSet<>(settings.keySet());
      keys.addAll(other.settings.keySet());
      keys.removeIf(key -> setting(key).equals(other.setting(key)));
      return keys;
    }

    String setting(String key) {
      return settings.getOrDefault(key, "–");
    }
  }

  @Override
  public Integer call() throws IOException {
    Map<ExperimentOrResults.Found, List<Run>> all = new LinkedHashMap<>();
    for (Path place : places()) {
      ExperimentOrResults.Found found =
          ExperimentOrResults.find(place, List.of(), Optional.empty());
      all.put(found, found.experiment().runs());
    }
    if (all.values().stream().flatMap(List::stream).noneMatch(run -> run.id().startsWith(id))) {
      for (ExperimentOrResults.Found found : all.keySet()) {
        all.put(found, withThoseOfEarlierGrids(found));
      }
    }
    Set<String> ids = new TreeSet<>();
    all.values().forEach(runs -> runs.forEach(run -> ids.add(run.id())));
    String chosen = choose(ids);
    PrintWriter out = spec.commandLine().getOut();
    for (ExperimentOrResults.Found found : all.keySet()) {
      if (all.get(found).stream().anyMatch(run -> run.id().equals(chosen))) {
        explain(found, all.get(found), chosen, out);
      }
    }
    out.flush();
    return 0;
  }

  /** The grid's runs, then those that the folder keeps of what the experiment was before. */
  private static List<Run> withThoseOfEarlierGrids(ExperimentOrResults.Found found)
      throws IOException {
    return Stream.concat(
            found.experiment().runs().stream(),
            new RunStore(found.folder()).loadAll().stream().map(StoredRun::run))
        .distinct()
        .toList();
  }

  private List<Path> places() {
    if (!places.isEmpty()) {
      return places;
    }
    try (Stream<Path> folders = Files.isDirectory(RESULTS) ? Files.list(RESULTS) : Stream.of()) {
      List<Path> found =
          folders
              .filter(folder -> Files.exists(new RunStore(folder).experiment()))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new UserException(
            "no folder in results holds runs; say where the run is with --in, such as --in"
                + " experiments/quickstart.yaml");
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String choose(Set<String> ids) {
    List<String> matching = ids.stream().filter(each -> each.startsWith(id)).toList();
    if (matching.size() == 1) {
      return matching.getFirst();
    }
    if (matching.isEmpty()) {
      throw new UserException("there is no run '" + id + "'; nearest: " + nearest(ids));
    }
    throw new UserException(
        "%d runs begin with '%s': %s"
            .formatted(
                matching.size(),
                id,
                String.join(", ", matching.subList(0, Math.min(NEIGHBOURS, matching.size())))
                    + (matching.size() > NEIGHBOURS ? ", …" : "")));
  }

  private String nearest(Set<String> ids) {
    return ids.stream()
        .sorted(
            Comparator.comparingInt((String each) -> common(each))
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .limit(NEIGHBOURS)
        .collect(Collectors.joining(", "));
  }

  /** First digits that an id has in common with the one asked for. */
  private int common(String other) {
    int common = 0;
    while (common < Math.min(id.length(), other.length())
        && id.charAt(common) == other.charAt(common)) {
      common++;
    }
    return common;
  }

  private static void explain(
      ExperimentOrResults.Found found, List<Run> runs, String id, PrintWriter out) {
    Experiment experiment = found.experiment();
    List<Cell> cells = runs.stream().map(run -> new Cell(run, FlatSettings.of(run))).toList();
    Cell cell = cells.stream().filter(each -> each.run().id().equals(id)).findFirst().orElseThrow();
    RunSummary summary =
        new RunStore(found.folder()).summary(cell.run(), experiment.fit().heldOut());
    out.println(
        id
            + " of "
            + experiment.name()
            + (experiment.runs().stream().anyMatch(run -> run.id().equals(id))
                ? ""
                : ", but of no cell of its grid today")
            + ": "
            + (summary.running() ? "running" : Words.of(summary.state()))
            + summary.reason().map(reason -> ", " + reason).orElse(""));
    Set<String> varied = new HashSet<>();
    cells.forEach(other -> varied.addAll(cell.differs(other)));
    print("what the grid varies", cell, varied::contains, out);
    print("what all its runs share", cell, key -> !varied.contains(key), out);
    out.println();
    out.println("nearest runs, and what they have where this one has");
    cells.stream()
        .filter(other -> other != cell)
        .sorted(Comparator.comparingInt(other -> cell.differs(other).size()))
        .limit(NEIGHBOURS)
        .forEach(
            other ->
                out.println(
                    "  "
                        + other.run().id()
                        + "  "
                        + cell.differs(other).stream()
                            .map(
                                key ->
                                    "%s %s (%s)"
                                        .formatted(key, other.setting(key), cell.setting(key)))
                            .collect(Collectors.joining(", "))));
  }

  private interface Chosen {
    boolean is(String key);
  }

  private static void print(String title, Cell cell, Chosen chosen, PrintWriter out) {
    out.println();
    out.println(title);
    cell.settings()
        .forEach(
            (key, value) -> {
              if (chosen.is(key)) {
                out.println("  " + key + ": " + value);
              }
            });
  }
}
