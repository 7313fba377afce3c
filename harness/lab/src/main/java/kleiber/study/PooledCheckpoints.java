package kleiber.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.estimate.PairedDifferences;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;

/**
 * The cases of {@link CheckpointsStudy} over several experiments. Experiments are the clusters:
 * their corpora differ, while the cases of one share its runs.
 *
 * @param byExperiment error of all checkpoints less that of last losses, by case
 */
public record PooledCheckpoints(
    Map<String, List<Double>> byExperiment, PairedDifferences differences) {
  private static final String STUDY = "Checkpoints";

  /**
   * @param results folders of experiments whose study is written
   * @throws UserException when one has no such study
   */
  public static PooledCheckpoints of(List<Path> results, double confidence) throws IOException {
    Map<String, List<Double>> byExperiment = new LinkedHashMap<>();
    for (Path folder : results) {
      String name = folder.toAbsolutePath().normalize().getFileName().toString();
      List<Double> cases = cases(folder);
      if (byExperiment.containsValue(cases)) {
        throw new UserException("%s has the cases of another folder".formatted(folder));
      }
      if (byExperiment.put(name, cases) != null) {
        throw new UserException("two folders are called %s; give each once".formatted(name));
      }
    }
    return new PooledCheckpoints(byExperiment, PairedDifferences.of(byExperiment, confidence));
  }

  private static List<Double> cases(Path folder) throws IOException {
    Path file = StudyResult.path(folder, STUDY);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "there is no %s; add '- {type: %s}' to the studies of its experiment and report it again"
              .formatted(file, STUDY));
    }
    List<Double> differences = new ArrayList<>();
    for (StudyTable table : tables(file)) {
      int column = table.columns().indexOf(CheckpointsStudy.DIFFERENCE);
      if (table.caption().equals(CheckpointsStudy.CASES) && column >= 0) {
        table.rows().forEach(row -> differences.add(row.get(column).value()));
      }
    }
    if (differences.isEmpty()) {
      throw new UserException("%s has no cases: its study could say nothing".formatted(file));
    }
    return differences;
  }

  private static List<StudyTable> tables(Path file) {
    try {
      StudyResult result = StudyResult.read(file);
      if (result != null && STUDY.equals(result.study()) && result.tables() != null) {
        return result.tables();
      }
    } catch (IOException e) {
      // said below: the reader's own words are of no help to who did not write the file
    }
    throw new UserException(
        "%s is not a result of the study %s; `kleiber report` writes it again"
            .formatted(file, STUDY));
  }

  /** What all of them say. */
  public String sentence() {
    return "Over %d cases of %d experiments a law fitted to all checkpoints errs by %s more than one fitted to last losses%s; the cases are worth %s independent ones."
        .formatted(
            differences.cases(),
            differences.clusters(),
            Wording.share(Wording.estimate(differences)),
            differences.differs() ? "" : ", which tells neither from the other",
            Quantity.significant(differences.effectiveCases(), 2));
  }
}
