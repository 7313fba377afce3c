package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kleiber.experiment.UserException;
import kleiber.laws.Chinchilla;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that an experiment left out, read from the table that it wrote. */
class UseColumnTest {
  private static final String HEADER = "run,tokens,loss,params,state,use,reason\n";
  private static final String ROWS =
      """
      a,1e6,4.0,1e5,done,left-out,it is not the last of its run
      a,2e6,3.5,1e5,done,fit,
      b,2e6,3.6,2e5,done,probe,
      b,4e6,3.2,2e5,done,fit,
      c,8e6,3.0,4e5,done,held-out,
      """;

  @TempDir Path folder;

  private LossTable read(String text, String... conditions) throws IOException {
    Path file = Files.writeString(folder.resolve("observations.csv"), text);
    try (TableReader table = TableReader.open(file)) {
      return LossTable.read(
          List.of(table), new Columns(Map.of()), List.of(conditions), new Chinchilla(), 1000);
    }
  }

  private static List<Double> losses(LossTable table) {
    return table.observations().stream().map(row -> row.loss()).toList();
  }

  @Test
  void whatWasLeftOutIsNotTakenAndSaidToBe() throws IOException {
    LossTable table = read(HEADER + ROWS);
    assertEquals(List.of(3.5, 3.2, 3.0), losses(table));
    assertEquals(5, table.read());
    assertEquals(3, table.selected());
    assertTrue(
        table
            .notes()
            .contains(
                "2 rows are not taken, which the experiment neither fitted nor held out (column"
                    + " 'use'); --where \"use != ''\" takes all."),
        table.notes()::toString);
    assertTrue(
        table
            .notes()
            .contains(
                "1 row is taken that the experiment held out; --where 'use == fit' takes only"
                    + " what it fitted."),
        table.notes()::toString);
  }

  @Test
  void aConditionOnTheColumnDecidesAlone() throws IOException {
    assertEquals(List.of(4.0, 3.5, 3.6, 3.2, 3.0), losses(read(HEADER + ROWS, "use != ''")));
    LossTable fitted = read(HEADER + ROWS, "use == fit");
    assertEquals(List.of(3.5, 3.2), losses(fitted));
    assertEquals(1, fitted.notes().size(), "C = 6ND alone: " + fitted.notes());
    assertEquals(List.of(3.2), losses(read(HEADER + ROWS, "loss < 3.5 and params < 3e5")));
  }

  @Test
  void inATableOfAnotherOriginTheNameMeansNothing() throws IOException {
    String other = (HEADER + ROWS).replace(",reason", ",why");
    assertEquals(5, losses(read(other)).size());
  }

  @Test
  void aTableOfNothingElseIsRefused() {
    String none = HEADER + ROWS.lines().findFirst().orElseThrow();
    String told = assertThrows(UserException.class, () -> read(none)).getMessage();
    assertTrue(told.contains("there is nothing to fit. 1 row is not taken"), told);
  }
}
