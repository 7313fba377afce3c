package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kleiber.experiment.UserException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of somebody else's: every format, every way in which one can be broken. */
class TableReaderTest {
  private static final Path DATA =
      Path.of(System.getProperty("kleiber.home")).resolveSibling("shared").resolve("data");

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void quotesMarksAndLineEndsAreThoseOfRfc4180() throws IOException {
    Path file =
        file(
            "t.csv",
            "\uFEFFname,\"Model, Size\",,loss\r\n\r\n\"a\"\"b\nc\", 1e9 ,x,3.5\r\nd,NA,,nan");
    ForeignTable table = ForeignTable.read(file);
    assertEquals(List.of("name", "Model, Size", "column 3", "loss"), table.columns());
    assertArrayEquals(new String[] {"a\"b\nc", "d"}, table.text("name"));
    assertArrayEquals(new double[] {1e9, Double.NaN}, table.numbers("Model, Size"));
    assertArrayEquals(new double[] {3.5, Double.NaN}, table.numbers("loss"));
  }

  @Test
  void theFormatsSayTheSame() throws IOException {
    Path csv = file("t.csv", "N,at.loss,note\n1e9,3.25,\"a, b\"\n2e9,3,\n");
    Path tsv = file("t.tsv", "N\tat.loss\tnote\n1e9\t3.25\ta, b\n2e9\t3\t\n");
    Path json =
        file(
            "t.jsonl",
            "{\"N\":1e9,\"at\":{\"loss\":3.25}, \"note\":\"a, b\"}\n\n"
                + "{\"at\":{\"loss\":3},\"N\":2000000000}\n");
    for (Path file : List.of(csv, tsv, json, file("t.txt", Files.readString(tsv)))) {
      ForeignTable table = ForeignTable.read(file);
      assertEquals(List.of("N", "at.loss", "note"), table.columns(), file.toString());
      assertArrayEquals(new double[] {1e9, 2e9}, table.numbers("N"));
      assertArrayEquals(new double[] {3.25, 3}, table.numbers("at.loss"));
      assertArrayEquals(new String[] {"a, b", ""}, table.text("note"));
    }
  }

  @Test
  void aKeyMayFirstAppearInTheLastLine() throws IOException {
    Path file = file("t.jsonl", "{\"a\":1}\n{\"a\":NaN,\"b\":null}\n{\"b\":true,\"c\":[1,2]}\n");
    ForeignTable table = ForeignTable.read(file);
    assertEquals(List.of("a", "b", "c"), table.columns());
    assertArrayEquals(new String[] {"", "", "true"}, table.text("b"));
    assertArrayEquals(new double[] {1, Double.NaN, Double.NaN}, table.numbers("a"));
  }

  @Test
  void aFileOfNumbersAloneHasNoLineOfNames() throws IOException {
    ForeignTable table = ForeignTable.read(file("t.csv", "63.5, 2.39\n75.2, 2.37\n"));
    assertEquals(List.of("column 1", "column 2"), table.columns());
    assertArrayEquals(new double[] {63.5, 75.2}, table.numbers("column 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss < 3                          | a",
        "loss<=3                           | a, b",
        "loss > 3 and N >= 4               | d",
        "loss > 2 AND 'the set' == c4      | b, d",
        "the set != c4                     | a, c, e",
        "\"the set\" == 'x and y'          | c",
        "N == 1.0                          | a, b",
        "N != 1                            | c, d, e"
      })
  void conditionsSelectRows(String condition, String expected) throws IOException {
    Path file =
        file(
            "t.csv",
            "name,N,loss,the set\na,1,2.5,pile\nb,1,3,c4\nc,3,4,x and y\nd,4,5,c4\ne,,,\n");
    assertEquals(
        expected, String.join(", ", ForeignTable.read(file, List.of(condition)).text("name")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a.csv   | ``                    | L         | is empty",
        "a.csv   | `\n\n`                | L         | is empty",
        "a.csv   | `N,Loss\n"
            + "1,2\n"
            + "`       | loss      | no column 'loss'; known: N, Loss; did you mean 'Loss'?",
        "a.csv   | `L,L\n1,2\n`          | L         | 2 columns of the name 'L'",
        "a.csv   | `N,L\n1,2\n\n1,x\n`   | L         | line 4: 'x' in column 'L' is not a number",
        "a.csv   | `N,L\n1,2f\n`         | L         | line 2: '2f' in column 'L' is not a number",
        "a.csv   | `N,L\n1,4.2B\n`       | L         | '4.2B'",
        "a.csv   | `N,L\n1,2,3\n`        | L         | line 2: 3 fields, but there are 2 columns",
        "a.csv   | `N,L\n1\n`            | L         | line 2: 1 fields, but there are 2 columns",
        "a.csv   | `N,L\n\"1,2\n`        | L         | line 2: a quote is opened and never closed",
        "a.jsonl | `{\"L\":1}\n{\"L\":`  | L         | line 2: not a JSON object",
        "a.jsonl | `{\"L\":1}\n[2]`      | L         | line 2: expected a JSON object",
        "a.jsonl | `{}\n`                | L         | holds no values",
        "a.json  | `[{\"L\":1}]`         | L         | JSON array",
        "a.parquet | `PAR1 and no more`  | L         | cannot be read as Parquet",
        "a.parquet | `nothing of it`     | L         | cannot be read as Parquet",
      })
  void whatIsBrokenIsNamed(String name, String text, String column, String expected)
      throws IOException {
    Path file = file(name, text.replace("\\n", "\n").replace("\\\"", "\""));
    String message =
        assertThrows(UserException.class, () -> ForeignTable.read(file).numbers(column))
            .getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains(file.toString()), message);
  }

  @ParameterizedTest
  @CsvSource({"loss", "loss ~ 3", "loss < ", "< 3", "loss < much", "loss = 3"})
  void aConditionThatIsNoneIsRefused(String condition) {
    assertThrows(UserException.class, () -> Selection.parse(List.of(condition)));
  }

  @Test
  void bytesThatAreNoTextAreNamed() throws IOException {
    Path file = folder.resolve("t.csv");
    Files.write(file, new byte[] {'N', '\n', (byte) 0xC3, '\n'});
    String message = assertThrows(UserException.class, () -> ForeignTable.read(file)).getMessage();
    assertTrue(message.contains("not UTF-8"), message);
  }

  @Test
  void aFolderAndAMissingFileAreNoTables() {
    assertThrows(UserException.class, () -> TableReader.open(folder));
    assertThrows(UserException.class, () -> TableReader.open(folder.resolve("none.csv")));
  }

  @ParameterizedTest
  @CsvSource({
    "farseer/farseer_train.parquet, 404, N, 9.962e7, 6.3696e9",
    "farseer/farseer_test.parquet, 7, loss, 0.1, 2",
    "lr_bsz/lr_bsz_train.parquet, 2702, lr, 1e-5, 0.1",
    "data_constrained/data_constrained_train.parquet, 161, loss, 2, 12"
  })
  void publishedParquetIsRead(String name, int rows, String column, double low, double high)
      throws IOException {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), file + " is not there");
    ForeignTable table = ForeignTable.read(file);
    System.out.println(name + " " + table.columns());
    assertEquals(rows, table.rows());
    for (double value : table.numbers(column)) {
      assertTrue(low <= value && value <= high, value + " in " + column);
    }
    assertFalse(
        Arrays.stream(table.text("group")).anyMatch(String::isEmpty), "a group is not named");
  }

  @Test
  void everyPublishedTableIsReadToItsEnd() throws IOException {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not there");
    try (Stream<Path> files = Files.walk(DATA)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".csv")).toList()) {
        int rows = 0;
        try (TableReader in = TableReader.open(file)) {
          while (in.next()) {
            rows++;
          }
        }
        assertTrue(rows > 0, file.toString());
      }
    }
  }
}
