package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kleiber.experiment.UserException;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationTableTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    List<StoredRun> runs =
        MadeRuns.ended(
            MadeRuns.grid(), List.of(2), StoredRun.State.DIVERGED, "a \"quoted\", broken\nreason");
    Observations observations = Observations.of(runs, MadeRuns.PLAN);
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, observations);
    assertEquals(observations.rows(), ObservationTable.read(file));
  }

  @Test
  void anEmptyTableHasItsColumns() throws IOException {
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, Observations.of(List.of(), MadeRuns.PLAN));
    List<String> columns = ForeignTable.read(file).columns();
    assertTrue(
        columns.containsAll(
            List.of(
                "run",
                "heldOut",
                "tokens",
                "paramsTotal",
                "paramsNonEmbedding",
                "paramsMatmul",
                "flopsExact",
                "flops6ND",
                "fractionOfPeak",
                "loss",
                "bitsPerByte",
                "use",
                "reason")),
        columns.toString());
    assertTrue(ObservationTable.read(file).isEmpty());
  }

  @Test
  void aBrokenTableIsRefusedWithItsPlace() throws IOException {
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, Observations.of(MadeRuns.grid().subList(0, 1), MadeRuns.PLAN));
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst(",left-out,", ",perhaps,"));
    String use = assertThrows(UserException.class, () -> ObservationTable.read(file)).getMessage();
    assertTrue(use.contains("line 2"), use);
    Files.writeString(file, text.replaceFirst("seed", "sede"));
    String column =
        assertThrows(UserException.class, () -> ObservationTable.read(file)).getMessage();
    assertTrue(column.contains("no column 'seed'"), column);
    assertTrue(column.contains("did you mean 'sede'"), column);
  }

  @Test
  void parquetSaysWhatCsvSays() throws IOException {
    Observations observations = Observations.of(MadeRuns.grid(), MadeRuns.PLAN);
    Path csv = folder.resolve(ObservationTable.FILE);
    Path parquet = folder.resolve("observations.parquet");
    ObservationTable.write(csv, observations);
    ParquetExport.write(parquet, observations);
    ParquetExport.write(parquet, observations); // over what is there
    ForeignTable one = ForeignTable.read(csv);
    ForeignTable other = ForeignTable.read(parquet);
    assertEquals(one.columns(), other.columns());
    assertEquals(one.rows(), other.rows());
    for (String column : one.columns()) {
      assertArrayEquals(one.text(column), other.text(column), column);
    }
    assertEquals(observations.rows(), ObservationTable.read(parquet));
    assertThrows(
        UserException.class,
        () -> ParquetExport.write(parquet, Observations.of(List.of(), MadeRuns.PLAN)));
  }

  @Test
  void csvKeepsEveryText() throws IOException {
    long seed = 11;
    Random random = new Random(seed);
    String letters = "ab,\"\n\r é;";
    for (int round = 0; round < 500; round++) {
      List<String> fields =
          IntStream.range(0, 2 + random.nextInt(4))
              .mapToObj(
                  field ->
                      random
                          .ints(random.nextInt(6), 0, letters.length())
                          .mapToObj(i -> letters.substring(i, i + 1))
                          .reduce("", String::concat))
              .toList();
      String names = Csv.line(IntStream.range(0, fields.size()).mapToObj(i -> "c" + i).toList());
      String text = String.join("\r\n", names, Csv.line(fields), Csv.line(fields));
      Path file = Files.writeString(folder.resolve("t.csv"), text);
      ForeignTable table = ForeignTable.read(file);
      assertEquals(2, table.rows(), "seed " + seed + ": " + text);
      for (int i = 0; i < fields.size(); i++) {
        String field = fields.get(i).strip();
        assertArrayEquals(
            new String[] {field, field}, table.text("c" + i), "seed " + seed + ": " + text);
      }
    }
  }
}
