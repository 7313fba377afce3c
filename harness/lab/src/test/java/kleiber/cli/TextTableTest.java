package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void numbersStandToTheRightAndWordsToTheLeft() {
    TextTable table = new TextTable("name", "loss");
    table.row("a", "1.5");
    table.row("long", "12.25");
    assertEquals(
        List.of("name   loss", "a       1.5", "long  12.25"), table.toString().lines().toList());
  }

  @Test
  void aRowOfAnotherWidthIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TextTable("name").row("a", "b"));
  }
}
