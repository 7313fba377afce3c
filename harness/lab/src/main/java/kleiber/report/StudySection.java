package kleiber.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kleiber.study.StudyResult;
import kleiber.study.StudyTable;

/** What a study found, as a section of the page and of its text. */
final class StudySection {
  private StudySection() {}

  static void write(Page page, StudyResult study) {
    page.section("study-" + study.study(), study.title());
    study.sentences().forEach(page::paragraph);
    study.figures().forEach(figure -> page.figure(StudyPlot.of(figure, Layout.WIDE)));
    study.tables().forEach(table -> page.table(table(table)));
    study.notes().forEach(page::paragraph);
  }

  private static Table table(StudyTable its) {
    Table table = new Table(its.caption());
    for (int column = 0; column < its.columns().size(); column++) {
      String name = its.columns().get(column);
      if (its.isNumeric(column)) {
        table.numbers(name);
      } else {
        table.words(name);
      }
    }
    its.rows().forEach(row -> table.row(row.stream().map(StudySection::cell).toList()));
    return table;
  }

  private static Table.Cell cell(StudyTable.Cell cell) {
    return Double.isNaN(cell.value())
        ? Table.Cell.of(cell.shown())
        : Table.Cell.of(cell.shown(), cell.value());
  }

  /** The same as Markdown, without figures. */
  static String text(StudyResult study) {
    StringBuilder text = new StringBuilder();
    text.append("\n## ").append(study.title()).append("\n\n");
    text.append("**").append(study.sentences().getFirst()).append("**\n\n");
    study.sentences().stream().skip(1).forEach(sentence -> item(text, sentence));
    study.notes().forEach(note -> item(text, note));
    for (StudyTable table : study.tables()) {
      text.append('\n').append(table.caption()).append(".\n\n");
      row(text, table.columns());
      row(
          text,
          IntStream.range(0, table.columns().size())
              .mapToObj(column -> table.isNumeric(column) ? "---:" : "---")
              .toList());
      table.rows().forEach(row -> row(text, row.stream().map(StudyTable.Cell::shown).toList()));
    }
    return text.toString();
  }

  private static void item(StringBuilder text, String sentence) {
    text.append("- ").append(sentence).append('\n');
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
