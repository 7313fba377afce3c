package kleiber.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.run.Finding;
import kleiber.run.Finding.Check;

/** Whether the stored table of observations is what the logs say. */
public final class TableAudit {
  private static final int TOLD = 3;

  private TableAudit() {}

  /**
   * Compares the table in an experiment's folder with what it would be if it were written now.
   *
   * @param rebuilt from the logs
   * @throws IOException when it is there and cannot be read
   */
  public static Finding of(Path folder, Observations rebuilt) throws IOException {
    Path file = folder.resolve(ObservationTable.FILE);
    String name = ObservationTable.FILE;
    if (!Files.exists(file)) {
      return Finding.notChecked(
          Check.TABLE, name, "it is not there; `kleiber report` writes it from the logs");
    }
    // Bytes that are no UTF-8 must differ, not throw.
    String stored = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    String expected = ObservationTable.text(rebuilt);
    return stored.equals(expected)
        ? new Finding(
            Check.TABLE, name, Finding.Verdict.AGREES, rebuilt.rows().size() + " rows, as rebuilt")
        : Finding.differs(Check.TABLE, name, difference(lines(stored), lines(expected)));
  }

  private static List<String> lines(String text) {
    return List.of(text.split("\r\n", -1));
  }

  private static String difference(List<String> stored, List<String> expected) {
    if (stored.size() != expected.size()) {
      return "it has %d lines, but the logs give %d".formatted(stored.size(), expected.size());
    }
    List<String> at = new ArrayList<>();
    int differing = 0;
    for (int line = 0; line < stored.size(); line++) {
      if (!stored.get(line).equals(expected.get(line))) {
        differing++;
        if (at.size() < TOLD) {
          at.add(String.valueOf(line + 1));
        }
      }
    }
    return "%d of %d lines are not what the logs give: line %s%s; if it was written with --set, give the same here"
        .formatted(
            differing, stored.size(), String.join(", ", at), differing > at.size() ? ", …" : "");
  }
}
