package kleiber.experiment;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An experiment file, read once, for those who are about to choose its grid. Its hold-out and its
 * studies are of the grid that it has, so nothing is asked of them.
 */
public final class OpenGrid {
  private final Node.Mapping root;
  private final ExperimentReader.ExperimentFile sections;
  private final List<FileChange> changes;
  private final Vocabularies vocabularies = new Vocabularies();

  private OpenGrid(
      Node.Mapping root, ExperimentReader.ExperimentFile sections, List<FileChange> changes) {
    this.root = root;
    this.sections = sections;
    this.changes = changes;
  }

  /**
   * Reads a file.
   *
   * @param overrides changes to it, {@code path=value}
   * @throws UserException as {@link Experiment#read}
   */
  public static OpenGrid read(Path file, List<String> overrides) {
    List<FileChange> changes = overrides.stream().map(FileChange::parse).toList();
    Node.Mapping root = ExperimentReader.root(file, changes);
    return new OpenGrid(root, ExperimentReader.sections(root), changes);
  }

  /**
   * The cells of another grid.
   *
   * @param grid as YAML writes it, such as {@code [{tokens: [1e5, 2e5]}]}
   * @throws UserException when the file's rules or the families refuse one
   */
  public List<Run> runs(String grid) {
    Node.Mapping changed = FileChange.parse("grid=" + grid).applyTo(root);
    return ExperimentReader.runs(
        sections.with(changed.get("grid").orElseThrow()), changes, vocabularies);
  }

  /** Dotted paths of the settings that the rules give, and a grid must not. */
  public Set<String> ruledSettings() {
    return sections.rules().stream()
        .flatMap(its -> ExperimentReader.rules(its).stream())
        .map(placed -> placed.rule().sets())
        .collect(Collectors.toSet());
  }

  /**
   * The axes of the file's own grid with their values at the first cell whose run the fit reads, as
   * YAML writes them.
   */
  public SequencedMap<String, String> firstCell() {
    List<Run> runs = ExperimentReader.runs(sections, changes, vocabularies);
    List<Grid.Point> points = ExperimentReader.points(sections);
    SettingsFilter recipe = sections.fit().recipe();
    int first = 0;
    while (!recipe.matches(runs.get(first))) {
      first++; // one does, or the file is refused
    }
    SequencedMap<String, String> cell = new LinkedHashMap<>();
    points
        .get(first)
        .block()
        .entries()
        .forEach(
            (axis, values) ->
                cell.put(
                    axis, YamlWriter.line(((Node.Sequence) values.value()).items().getFirst())));
    return cell;
  }
}
