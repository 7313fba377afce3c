package kleiber.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table of plain text: columns as wide as their widest cell, numbers to the right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(List.of(header));
  }

  void row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + rows.get(0).size() + " columns");
    }
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    boolean[] number = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      width[c] = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
      number[c] =
          rows.size() > 1
              && rows.stream().skip(1).allMatch(row -> row.get(column).matches("[-+−]?[0-9.].*|–"));
    }
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, columns)
                    .mapToObj(c -> pad(row.get(c), width[c], number[c]))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String pad(String cell, int width, boolean right) {
    String blank = " ".repeat(width - cell.length());
    return right ? blank + cell : cell + blank;
  }
}
