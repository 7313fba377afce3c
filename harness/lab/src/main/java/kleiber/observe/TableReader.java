package kleiber.observe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * A table of somebody else's, row by row: CSV, TSV, JSON Lines or Parquet, told apart by the name
 * of the file and, where that says nothing, by how it begins. No more than a few rows, or one row
 * group of a Parquet file, are in memory at a time.
 *
 * <p>A field that is empty, or says NA, None or null, has no value: its text is empty, its number
 * is NaN.
 */
public abstract class TableReader implements AutoCloseable {
  private static final int SNIFFED = 4096;

  private final Path file;

  TableReader(Path file) {
    this.file = file;
  }

  /**
   * Opens a table.
   *
   * @throws UserException when there is no such file, or it is no table
   * @throws IOException when it cannot be read
   */
  public static TableReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          Files.isDirectory(file)
              ? file + " is a folder; expected a table: CSV, TSV, JSON Lines or Parquet"
              : "there is no file " + file);
    }
    if (Files.size(file) == 0) {
      throw new UserException(file + " is empty; expected a table with a line of column names");
    }
    return switch (format(file)) {
      case PARQUET -> new ParquetTable(file);
      case JSON_LINES -> new JsonLines(file);
      case TAB_SEPARATED -> new Delimited(file, '\t');
      case COMMA_SEPARATED -> new Delimited(file, ',');
    };
  }

  private enum Format {
    COMMA_SEPARATED,
    TAB_SEPARATED,
    JSON_LINES,
    PARQUET
  }

  private static Format format(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "csv" -> Format.COMMA_SEPARATED;
      case "tsv", "tab" -> Format.TAB_SEPARATED;
      case "jsonl", "ndjson" -> Format.JSON_LINES;
      case "parquet" -> Format.PARQUET;
      default -> sniff(file);
    };
  }

  private static Format sniff(Path file) throws IOException {
    String head;
    try (InputStream in = Files.newInputStream(file)) {
      head = new String(in.readNBytes(SNIFFED), StandardCharsets.UTF_8);
    }
    if (head.startsWith("PAR1")) {
      return Format.PARQUET;
    }
    String text = head.stripLeading();
    if (text.startsWith("{")) {
      return Format.JSON_LINES;
    }
    if (text.startsWith("[")) {
      throw new UserException(
          file + " is a JSON array; expected JSON Lines, one object in each line");
    }
    return text.lines().findFirst().orElse("").indexOf('\t') < 0
        ? Format.COMMA_SEPARATED
        : Format.TAB_SEPARATED;
  }

  /** The file that is read. */
  public final Path file() {
    return file;
  }

  /**
   * Names of the columns, as the file has them. A column without a name is called by its place,
   * {@code column 3}; so are all of a delimited file whose first line holds nothing but numbers.
   */
  public abstract List<String> columns();

  /**
   * Goes to the next row; false when there is none.
   *
   * @throws UserException when the file is broken there; the message names the line
   */
  public abstract boolean next() throws IOException;

  /** Where the present row lies: {@code line 7} of a text, {@code row 7} of a Parquet file. */
  public final String place() {
    return place(position());
  }

  /** The words for a {@link #position}. */
  abstract String place(long position);

  /** The line on which the present row begins, or its number, counted from 1. */
  abstract long position();

  /** What the present row holds in a column; empty when it holds nothing. */
  public abstract String text(int column);

  /**
   * The number that the present row holds in a column; NaN when it holds nothing.
   *
   * @throws UserException when it is not a number; the message names file, line and column
   */
  public double number(int column) {
    return number(file, place(), columns().get(column), text(column));
  }

  static double number(Path file, String place, String column, String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    double value = parse(text);
    if (Double.isNaN(value) && !text.equalsIgnoreCase("nan")) {
      throw new UserException(
          "%s, %s: '%s' in column '%s' is not a number".formatted(file, place, text, column));
    }
    return value;
  }

  /** A number as tables write it; NaN for what is none. */
  static double parse(String text) {
    char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
    if (last >= '0' && last <= '9' || last == '.') {
      try {
        return Double.parseDouble(text); // which would take 4f, 2D and 0x1p3 for numbers
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  /** A field as text: without blanks around it, and empty where it says that nothing is known. */
  static String value(String field) {
    String text = field.strip();
    return switch (text) {
      case "NA", "N/A", "None", "null", "NULL" -> "";
      default -> text;
    };
  }

  /**
   * Place of a column among {@link #columns}.
   *
   * @throws UserException when there is none of that name, or several; the message says which there
   *     are, and the nearest
   */
  public final int column(String name) {
    return column(file, columns(), name);
  }

  static int column(Path file, List<String> columns, String name) {
    int[] found =
        IntStream.range(0, columns.size()).filter(i -> columns.get(i).equals(name)).toArray();
    if (found.length > 1) {
      throw new UserException(
          "%s has %d columns of the name '%s'; give them different names"
              .formatted(file, found.length, name));
    }
    if (found.length == 0) {
      throw new UserException(
          "%s has no column '%s'; %s".formatted(file, name, Names.known(name, columns)));
    }
    return found[0];
  }

  @Override
  public abstract void close() throws IOException;
}
