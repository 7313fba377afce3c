package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
    List<List<String>> records = Csv.parse(Files.readString(file));
    assertEquals(1, records.size());
    assertTrue(
        records
            .getFirst()
            .containsAll(
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
        records.toString());
    assertTrue(ObservationTable.read(file).isEmpty());
  }

  @Test
  void aBrokenTableIsRefusedWithItsPlace() throws IOException {
    Path file = folder.resolve(ObservationTable.FILE);
    ObservationTable.write(file, Observations.of(MadeRuns.grid().subList(0, 1), MadeRuns.PLAN));
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst(",left_out,", ",perhaps,"));
    IOException use = assertThrows(IOException.class, () -> ObservationTable.read(file));
    assertTrue(use.getMessage().contains("record 1"), use.getMessage());
    Files.writeString(file, text.replaceFirst("seed", "sede"));
    IOException column = assertThrows(IOException.class, () -> ObservationTable.read(file));
    assertTrue(column.getMessage().contains("no column 'seed'"), column.getMessage());
  }

  @Test
  void csvKeepsEveryText() {
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
      String text = Csv.line(fields) + "\r\n" + Csv.line(fields);
      assertEquals(List.of(fields, fields), Csv.parse(text), "seed " + seed + ": " + text);
    }
  }
}
