package kleiber.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A table of a study.
 *
 * @param columns headings
 * @param rows as many cells each as there are columns
 */
public record StudyTable(String caption, List<String> columns, List<List<Cell>> rows) {
  /**
   * A cell.
   *
   * @param shown as a reader sees it
   * @param value by which it is sorted; NaN for words
   */
  public record Cell(String shown, double value) {
    /** Words. */
    public static Cell of(String words) {
      return new Cell(words, Double.NaN);
    }

    /** A number. */
    public static Cell of(String shown, double value) {
      return new Cell(shown, value);
    }
  }

  public StudyTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            row.size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /** A table without rows yet. */
  public static StudyTable of(String caption, String... columns) {
    return new StudyTable(caption, List.of(columns), List.of());
  }

  /** The same with one row more. */
  public StudyTable row(Cell... cells) {
    List<List<Cell>> longer = new ArrayList<>(rows);
    longer.add(Stream.of(cells).toList());
    return new StudyTable(caption, columns, longer);
  }

  /** Whether a column holds numbers. */
  public boolean isNumeric(int column) {
    return rows.stream().anyMatch(row -> !Double.isNaN(row.get(column).value()));
  }
}
