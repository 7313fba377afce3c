package kleiber.observe;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kleiber.experiment.UserException;

/**
 * Comma- or tab-separated values as RFC 4180 has them: quotes, doubled quotes and line ends within
 * them, LF or CRLF; a byte order mark is passed over, and so are empty lines.
 */
final class Delimited extends TableReader {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int END = -1;

  private final BufferedReader in;
  private final char delimiter;
  private List<String> columns; // null until the first record is read
  private final StringBuilder field = new StringBuilder();
  private List<String> record = new ArrayList<>();
  private boolean pending;
  private long line = 1;
  private long begin;

  Delimited(Path file, char delimiter) throws IOException {
    super(file);
    this.delimiter = delimiter;
    this.in = Files.newBufferedReader(file);
    try {
      if (!read()) {
        throw new UserException(file + " is empty; expected a table with a line of column names");
      }
      if (record.size() == 1 && record.getFirst().indexOf(';') >= 0) {
        throw new UserException(
            file + " seems to be separated by semicolons; expected commas, or tabs in a .tsv");
      }
      pending = record.stream().noneMatch(name -> Double.isNaN(parse(value(name))));
      columns =
          IntStream.range(0, record.size())
              .mapToObj(i -> pending || name(i).isEmpty() ? "column " + (i + 1) : name(i))
              .toList();
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private String name(int column) {
    return record.get(column).strip();
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() throws IOException {
    if (pending) {
      pending = false;
      return true;
    }
    if (!read()) {
      return false;
    }
    if (record.size() != columns.size()) {
      throw new UserException(
          "%s, %s: %d fields, but there are %d columns"
              .formatted(file(), place(), record.size(), columns.size()));
    }
    return true;
  }

  /** Reads a record that is not an empty line. */
  private boolean read() throws IOException {
    try {
      do {
        begin = line;
        record.clear();
        field.setLength(0);
        if (!readRecord()) {
          return false;
        }
      } while (record.size() == 1 && record.getFirst().isBlank());
      return true;
    } catch (CharacterCodingException e) {
      throw new UserException(file() + ", line " + line + " or after: it is not UTF-8 text", e);
    }
  }

  private boolean readRecord() throws IOException {
    int c = in.read();
    if (c == BYTE_ORDER_MARK && columns == null) {
      c = in.read();
    }
    if (c == END) {
      return false;
    }
    while (true) {
      if (c == '"' && field.isEmpty()) {
        readQuoted();
      } else if (c == delimiter) {
        take();
      } else if (c == '\n' || c == END) {
        take();
        line++;
        return true;
      } else if (c != '\r') {
        field.append((char) c);
      }
      c = in.read();
    }
  }

  /** Reads up to the closing quote; what follows it up to the delimiter is kept. */
  private void readQuoted() throws IOException {
    while (true) {
      int c = in.read();
      if (c == END) {
        throw new UserException(
            file() + ", line " + begin + ": a quote is opened and never closed");
      }
      if (c == '"') {
        in.mark(1);
        if (in.read() != '"') {
          in.reset();
          return;
        }
      }
      line += c == '\n' ? 1 : 0;
      field.append((char) c);
    }
  }

  private void take() {
    record.add(field.toString());
    field.setLength(0);
  }

  @Override
  long position() {
    return begin;
  }

  @Override
  String place(long position) {
    return "line " + position;
  }

  @Override
  public String text(int column) {
    return value(record.get(column));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
