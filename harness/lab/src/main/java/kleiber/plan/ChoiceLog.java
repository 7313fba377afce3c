package kleiber.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import kleiber.experiment.Binder;
import kleiber.experiment.Json;
import kleiber.experiment.Yaml;

/**
 * The runs that were chosen, in order, in {@code choices.jsonl} of an experiment's folder: written
 * before they are trained, so that one who goes on trains the same.
 */
public final class ChoiceLog {
  private final Path file;
  private final List<ChosenRun> rows = new ArrayList<>();

  private ChoiceLog(Path file) {
    this.file = file;
  }

  /**
   * Reads what was chosen.
   *
   * @param folder of the results; need not be there
   * @throws kleiber.experiment.UserException when the file is none
   */
  public static ChoiceLog read(Path folder) throws IOException {
    ChoiceLog log = new ChoiceLog(folder.resolve("choices.jsonl"));
    if (Files.exists(log.file)) {
      String text = Files.readString(log.file);
      // A row that was cut off was not trained: it is chosen again.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        log.rows.add(Binder.log().bind(Yaml.parse(line, log.file.toString()), ChosenRun.class));
      }
    }
    return log;
  }

  public List<ChosenRun> rows() {
    return List.copyOf(rows);
  }

  /** Adds choices that are about to be trained. */
  void add(List<ChosenRun> chosen) throws IOException {
    rows.addAll(chosen);
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append(Json.line(row)).append('\n'));
    Files.createDirectories(file.getParent());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        draft,
        text,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.DSYNC);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
