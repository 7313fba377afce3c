package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What a user reads after a mistake: the whole sentence, place included. */
final class BadInputTest {
  /**
   * One part of the example replaced, and the sentence that follows ({@code \\n} is a new line).
   */
  @ParameterizedTest
  @CsvFileSource(
      resources = "/mistakes-in-the-file.txt",
      delimiterString = " | ",
      quoteCharacter = '`')
  void aMistakeInTheFile(String old, String replacement, String sentence) {
    String text = Ladder.text(unescape(old), replacement == null ? "" : unescape(replacement));
    assertReads(sentence, message(text));
  }

  /** Where the sentence has an ellipsis, names may stand that come and go with files. */
  private static void assertReads(String expected, String actual) {
    String pattern =
        Arrays.stream(expected.split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    if (!actual.matches(pattern)) {
      assertEquals(expected, actual);
    }
  }

  private static String unescape(String text) {
    return text.replace("\\n", "\n");
  }

  private static String message(String text, String... overrides) {
    return assertThrows(
            UserException.class,
            () -> ExperimentReader.parseToTrain(text, "x.yaml", List.of(overrides)))
        .getMessage();
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/mistakes-in-overrides.txt",
      delimiterString = " | ",
      quoteCharacter = '`')
  void aMistakeInAnOverride(String override, String sentence) {
    assertReads(sentence, message(Ladder.text(), override));
  }

  @Test
  void aFileThatIsNotThere(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("quikstart.yaml");
    Files.writeString(folder.resolve("quickstart.yaml"), Ladder.text());
    assertEquals(
        "there is no file %s (looked for %s); there are quickstart.yaml"
            .formatted(missing, missing),
        messageOf(missing));
    assertEquals(
        folder + " is a folder; expected an experiment file; there are quickstart.yaml",
        messageOf(folder));
    Path nowhere = folder.resolve("none/x.yaml");
    assertTrue(messageOf(nowhere).endsWith("the folder " + folder + "/none is not there either"));
  }

  @Test
  void aFileThatIsNotText(@TempDir Path folder) throws IOException {
    Path binary = Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xC3, 0x28});
    assertEquals(binary + " is not UTF-8 text; expected an experiment file", messageOf(binary));
    Path latin =
        Files.write(folder.resolve("b.yaml"), "name: é".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(messageOf(latin).contains("is not UTF-8 text"));
    Path large = Files.write(folder.resolve("c.yaml"), new byte[(1 << 20) + 1]);
    assertEquals(large + " is larger than 1 MB; expected an experiment file", messageOf(large));
    Path empty = Files.createFile(folder.resolve("d.yaml"));
    assertEquals(empty + ": the file is empty", messageOf(empty));
  }

  private static String messageOf(Path file) {
    return assertThrows(UserException.class, () -> Experiment.read(file, List.of())).getMessage();
  }

  /** A kilobyte of aliases would unfold to gigabytes; a deep nest would overflow the stack. */
  @Test
  void bombsAreRefused() {
    assertEquals(
        "x.yaml:1:4: anchors (&name) are not used here: write the value out",
        message("a: &a [x, x]\nb: [*a, *a]"));
    assertEquals("x.yaml:1:51: nested more than 50 deep", message("[".repeat(100_000)));
    String ones = "1, ".repeat(2000) + "1";
    assertTrue(
        message(Ladder.text(), "grid.0={seed: [" + ones + "], batch: [" + ones + "]}")
            .endsWith("the grid has more than 100000 cells"));
  }

  @Test
  void noClassOutsideThePackageCanBeNamed() {
    for (String name :
        List.of("java.lang.Object", "../data/Corpus", "TrainingSpec", "Law", "gpt")) {
      assertTrue(
          message(Ladder.text("{type: Chinchilla}", "{type: " + name + "}"))
              .contains("unknown Law '" + name + "'; known: "),
          name);
    }
  }
}
