package kleiber.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.fit.Extrapolation;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.run.StoredRun;

/**
 * A table of kept results in a text, a row for each experiment: question, answer, held-out error,
 * runs done, minutes of training, command. A row is known by its command; its answer may be any
 * sentence that the logs give, the rest is what they give.
 */
final class ResultsTable {
  private static final int ANSWER = 1;
  private static final String BETWEEN_CELLS = "(?<!\\\\)\\|";

  /** A line of a text that is a row of the table. */
  private record Row(String file, int line, List<String> cells) {
    boolean agrees(List<String> derived, List<String> sentences) {
      for (int i = 0; i < derived.size(); i++) {
        String cell = cells.get(i);
        if (!(i == ANSWER ? sentences.contains(cell) : cell.equals(derived.get(i)))) {
          return false;
        }
      }
      return true;
    }
  }

  private ResultsTable() {}

  /** The row that the logs give, as a text may hold it. */
  static String row(Analysis analysis, String answer) {
    return cells(analysis, answer).stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  /**
   * Whether the rows of this experiment say what the logs give.
   *
   * @param sentences any of which may answer
   * @param texts that may hold rows; those that are not there are passed over
   */
  static Finding checked(Analysis analysis, List<String> sentences, List<Path> texts)
      throws IOException {
    List<String> derived = cells(analysis, "");
    List<Row> rows = new ArrayList<>();
    for (Path text : texts) {
      if (Files.isRegularFile(text)) {
        rows.addAll(rows(text, derived.getLast(), derived.size()));
      }
    }
    Optional<Row> wrong = rows.stream().filter(row -> !row.agrees(derived, sentences)).findFirst();
    long right = rows.stream().filter(row -> row.agrees(derived, sentences)).count();
    return Finding.within(
        "rows of tables",
        Finding.Kind.REFIT,
        rows.size(),
        right,
        0,
        wrong
            .map(
                row ->
                    "%s, line %d, is not what the logs give: %s"
                        .formatted(row.file, row.line, row(analysis, "a sentence of theirs")))
            .orElse(""));
  }

  private static List<Row> rows(Path text, String command, int columns) throws IOException {
    List<String> lines = Files.readAllLines(text);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("|") && line.endsWith("|") && line.length() > 1) {
        List<String> cells =
            List.of(line.substring(1, line.length() - 1).split(BETWEEN_CELLS, -1)).stream()
                .map(cell -> cell.strip().replace("\\|", "|"))
                .toList();
        if (cells.size() == columns && cells.getLast().equals(command)) {
          rows.add(new Row(text.getFileName().toString(), i + 1, cells));
        }
      }
    }
    return rows;
  }

  private static List<String> cells(Analysis analysis, String answer) {
    List<StoredRun> done =
        analysis.runs().stream().filter(run -> run.state() == StoredRun.State.DONE).toList();
    double minutes = done.stream().mapToDouble(StoredRun::seconds).sum() / 60;
    return List.of(
        analysis.experiment().question(),
        answer,
        analysis
            .extrapolation()
            .map(Extrapolation::meanAbsoluteRelativeError)
            .map(Quantity::percent)
            .orElse("–"),
        Integer.toString(done.size()),
        Quantity.significant(minutes, 2),
        "`./kleiber run experiments/%s.yaml`".formatted(analysis.experiment().name()));
  }
}
