package kleiber.report;

import java.util.List;
import java.util.stream.IntStream;

/** As many of a list's rows, evenly chosen, as a figure can show and a page can carry. */
final class Thinned {
  static final int MOST = 1500;

  private Thinned() {}

  static <T> List<T> of(List<T> rows) {
    return rows.size() <= MOST
        ? rows
        : IntStream.range(0, MOST)
            .mapToObj(i -> rows.get((int) ((long) i * rows.size() / MOST)))
            .toList();
  }

  /** What a caption says of the rows that are not drawn; empty when all are. */
  static String note(int rows) {
    return rows <= MOST ? "" : " " + MOST + " of the " + rows + " rows fitted are drawn.";
  }
}
