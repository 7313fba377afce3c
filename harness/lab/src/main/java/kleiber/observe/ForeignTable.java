package kleiber.observe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.experiment.UserException;

/**
 * A table of somebody else's as a whole, for one that fits in memory; {@link TableReader} reads any
 * other, row by row.
 */
public final class ForeignTable {
  private final Path file;
  private final List<String> columns;
  private final List<String[]> rows;
  private final List<String> places;

  private ForeignTable(Path file, List<String> columns, List<String[]> rows, List<String> places) {
    this.file = file;
    this.columns = columns;
    this.rows = rows;
    this.places = places;
  }

  /**
   * Reads all rows of a file of CSV, TSV, JSON Lines or Parquet.
   *
   * @throws UserException when there is no such file, or it is no table
   * @throws IOException when it cannot be read
   */
  public static ForeignTable read(Path file) throws IOException {
    return read(file, List.of());
  }

  /**
   * Reads the rows that meet every condition.
   *
   * @param conditions such as {@code loss < 3.44} or {@code dataset == c4 and N > 1e8}
   */
  public static ForeignTable read(Path file, List<String> conditions) throws IOException {
    List<String[]> rows = new ArrayList<>();
    List<String> places = new ArrayList<>();
    try (TableReader in = TableReader.open(file)) {
      Selection.Rows selection = Selection.parse(conditions).over(in);
      int width = in.columns().size();
      while (in.next()) {
        if (selection.holds()) {
          rows.add(IntStream.range(0, width).mapToObj(in::text).toArray(String[]::new));
          places.add(in.place());
        }
      }
      return new ForeignTable(file, in.columns(), rows, places);
    }
  }

  /** Names of the columns, in the order of the file. */
  public List<String> columns() {
    return columns;
  }

  /** How many rows there are. */
  public int rows() {
    return rows.size();
  }

  /**
   * A column as text; empty where a row holds nothing.
   *
   * @throws UserException when there is no such column
   */
  public String[] text(String column) {
    int index = TableReader.column(file, columns, column);
    return rows.stream().map(row -> row[index]).toArray(String[]::new);
  }

  /**
   * A column as numbers; NaN where a row holds nothing.
   *
   * @throws UserException when there is no such column, or it holds what is not a number; the
   *     message names the line
   */
  public double[] numbers(String column) {
    String[] texts = text(column);
    double[] numbers = new double[texts.length];
    Arrays.setAll(numbers, row -> TableReader.number(file, places.get(row), column, texts[row]));
    return numbers;
  }
}
