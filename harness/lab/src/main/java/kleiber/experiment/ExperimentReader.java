package kleiber.experiment;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/** Reads experiment files. */
final class ExperimentReader {
  private static final long LARGEST_FILE = 1 << 20;

  /** The sections of a file, each key of which must be there. */
  record ExperimentFile(
      String name,
      String question,
      Node base,
      Optional<Node> rules,
      Node grid,
      Optional<Node> probes,
      FitPlan fit,
      Optional<List<StudyPlan>> studies) {
    /** With another grid, and without probes. */
    ExperimentFile with(Node other) {
      return new ExperimentFile(name, question, base, rules, other, Optional.empty(), fit, studies);
    }
  }

  private ExperimentReader() {}

  /** A file with its changes. */
  static Node.Mapping root(Path file, List<FileChange> changes) {
    return changed(text(file), file.toString(), changes);
  }

  static ExperimentFile sections(Node.Mapping root) {
    return Binder.settings().bind(root, ExperimentFile.class);
  }

  /** The points of a file's own grid. */
  static List<Grid.Point> points(ExperimentFile sections) {
    return Grid.points((Node.Mapping) sections.base(), sections.rules(), sections.grid(), "grid");
  }

  private static Node.Mapping changed(String text, String source, List<FileChange> changes) {
    if (!(Yaml.parse(text, source) instanceof Node.Mapping root)) {
      throw new UserException(source + ": expected an experiment, which begins with name:");
    }
    for (FileChange change : changes) {
      root = change.applyTo(root);
    }
    return root;
  }

  static Experiment read(Path file, List<String> overrides) {
    return parse(text(file), file.toString(), overrides);
  }

  static Experiment readToTrain(Path file, List<String> overrides) {
    return parseToTrain(text(file), file.toString(), overrides);
  }

  static Experiment parse(String text, String source, List<String> overrides) {
    return parse(text, source, overrides, false);
  }

  static Experiment parseToTrain(String text, String source, List<String> overrides) {
    return parse(text, source, overrides, true);
  }

  private static Experiment parse(
      String text, String source, List<String> overrides, boolean trains) {
    List<FileChange> changes = overrides.stream().map(FileChange::parse).toList();
    Node.Mapping root = changed(text, source, changes);
    ExperimentCheck.order(root);
    ExperimentFile sections = sections(root);
    ExperimentCheck check = new ExperimentCheck(root, sections);
    check.names();
    Vocabularies vocabularies = new Vocabularies();
    List<Run> runs = runs(sections, changes, vocabularies);
    check.fit(runs, vocabularies);
    List<StudyPlan> studies = sections.studies().orElse(List.of());
    check.studies();
    if (trains) {
      check.answers(runs, vocabularies);
    }
    String resolved = overrides.isEmpty() ? text : YamlWriter.write(root);
    return new Experiment(
        sections.name(), sections.question(), runs, sections.fit(), studies, resolved);
  }

  /** An experiment whose grid has some of its cells alone. */
  static Experiment only(String text, String source, Set<String> ids) {
    Node.Mapping root = changed(text, source, List.of());
    ExperimentFile sections = sections(root);
    Set<String> kept = new HashSet<>(ids);
    kept.addAll(sections.fit().leaveOut().orElse(Map.of()).keySet());
    Vocabularies vocabularies = new Vocabularies();
    List<Run> runs = runs(sections, List.of(), vocabularies);
    List<Grid.Point> points = points(sections);
    List<Node> blocks = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) { // the grid's runs come before the probes
      if (kept.contains(runs.get(i).id())) {
        blocks.add(points.get(i).block());
      }
    }
    Mark place = sections.grid().mark();
    Node grid = new Node.Sequence(blocks, place);
    Node.Mapping part = root.with("grid", new Node.Entry(place, grid));
    List<Run> chosen = runs.stream().filter(run -> run.probe() || kept.contains(run.id())).toList();
    return parse(YamlWriter.write(ofPart(part, sections, chosen, vocabularies)), source, List.of());
  }

  /** A file without what its runs, fewer than they were, can no longer be asked for. */
  private static Node.Mapping ofPart(
      Node.Mapping root, ExperimentFile sections, List<Run> runs, Vocabularies vocabularies) {
    Node.Mapping part = root;
    if (Trees.get(root, "fit.where").orElse(null) instanceof Node.Mapping where) {
      Set<String> known = new HashSet<>();
      runs.stream()
          .filter(run -> !run.probe())
          .forEach(run -> known.addAll(FlatSettings.of(run).keySet()));
      SequencedMap<String, Node.Entry> kept = new LinkedHashMap<>(where.entries());
      Map<String, String> wanted = sections.fit().recipe().settings();
      kept.keySet() // what no run has any more, all of them meet
          .removeIf(path -> !known.contains(path) && SettingsFilter.NONE.equals(wanted.get(path)));
      Node.Mapping fit = (Node.Mapping) root.get("fit").orElseThrow();
      Node.Entry entry = new Node.Entry(where.mark(), new Node.Mapping(kept, where.mark()));
      part = part.with("fit", new Node.Entry(fit.mark(), fit.with("where", entry)));
    }
    if (root.get("studies").orElse(null) instanceof Node.Sequence studies) {
      PlannedGrid grid = planned(runs, sections, vocabularies);
      List<Node> kept = new ArrayList<>();
      for (int i = 0; i < studies.items().size(); i++) {
        if (answers(grid, sections.studies().orElseThrow().get(i))) {
          kept.add(studies.items().get(i));
        }
      }
      Node entry = new Node.Sequence(kept, studies.mark());
      part = part.with("studies", new Node.Entry(studies.mark(), entry));
    }
    return part;
  }

  static PlannedGrid planned(List<Run> runs, ExperimentFile sections, Vocabularies vocabularies) {
    try {
      return PlannedGrid.of(runs, sections.fit(), vocabularies);
    } catch (IOException e) {
      throw new UserException(sections.base().mark() + ": " + e.getMessage(), e);
    }
  }

  private static boolean answers(PlannedGrid grid, StudyPlan study) {
    try {
      study.check(grid);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static List<Run> runs(
      ExperimentFile sections, List<FileChange> changes, Vocabularies vocabularies) {
    if (!(sections.base() instanceof Node.Mapping base)) {
      Node given = sections.base();
      throw given
          .mark()
          .error("base: expected a training's settings, was given " + given.describe());
    }
    sections.rules().ifPresent(ExperimentReader::rules); // their mistakes come before the grid's
    List<Grid.Point> grid = Grid.points(base, sections.rules(), sections.grid(), "grid");
    List<Grid.Point> probes =
        sections
            .probes()
            .map(it -> Grid.points(base, sections.rules(), it, "probes"))
            .orElse(List.of());
    for (FileChange change : changes) {
      change.refuseIfHidden(
          Stream.concat(grid.stream(), probes.stream()).map(Grid.Point::settings).toList());
    }
    Map<Node, List<Cell.PlacedRule>> rules = new IdentityHashMap<>(); // most cells have the same
    List<Run> runs = new ArrayList<>();
    Map<String, String> labels = new HashMap<>();
    for (Grid.Point point : grid) {
      Run run = run(point, rules, vocabularies);
      String twin = labels.putIfAbsent(run.id(), label(point));
      if (twin != null) {
        String sentence = "two cells of the grid are one run, " + run.id() + ": ";
        throw sections.grid().mark().error(sentence + twin + " and " + label(point));
      }
      runs.add(run);
    }
    for (Grid.Point point : probes) {
      Run probe = run(point, rules, vocabularies).asProbe();
      String twin = labels.putIfAbsent(probe.id(), label(point));
      if (twin != null) {
        String sentence = "the probe %s is run %s, which is asked for already by %s";
        throw sections
            .probes()
            .get()
            .mark()
            .error(sentence.formatted(label(point), probe.id(), twin));
      }
      runs.add(probe);
    }
    return runs;
  }

  private static Run run(
      Grid.Point point, Map<Node, List<Cell.PlacedRule>> rules, Vocabularies vocabularies) {
    List<Cell.PlacedRule> its = rules.computeIfAbsent(point.rules(), ExperimentReader::rules);
    return Run.of(new Cell(point.settings(), point.label(), its, vocabularies).spec());
  }

  private static String label(Grid.Point point) {
    return point.label().isEmpty() ? "the base itself" : point.label();
  }

  static List<Cell.PlacedRule> rules(Node rules) {
    List<Cell.PlacedRule> placed = new ArrayList<>();
    switch (rules) {
      case Node.Sequence sequence -> {
        for (Node item : sequence.items()) {
          String path = "rules." + placed.size();
          Rule rule = Binder.settings().bind(item, Rule.class, path);
          placed.add(new Cell.PlacedRule(rule, item.mark()));
        }
      }
      case Node other ->
          throw other.mark().error("rules: expected a list, was given " + other.describe());
    }
    return placed;
  }

  private static String text(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new UserException(file + " is a folder; expected an experiment file" + there(file));
      }
      if (!Files.exists(file)) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        throw new UserException(
            "there is no file "
                + file
                + " (looked for "
                + file.toAbsolutePath().normalize()
                + ")"
                + (folder == null ? "" : there(folder)));
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new UserException(file + " is larger than 1 MB; expected an experiment file");
      }
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UserException(file + " is not UTF-8 text; expected an experiment file", e);
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static String there(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return "; the folder " + folder + " is not there either";
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
              .sorted()
              .limit(20)
              .toList();
      return names.isEmpty()
          ? "; there are no .yaml files in " + folder
          : "; there are " + String.join(", ", names);
    }
  }
}
