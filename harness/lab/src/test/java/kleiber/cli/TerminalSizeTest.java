package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TerminalSizeTest {
  @Test
  void aTerminalTellsItsSize() {
    assertEquals(new TerminalSize(50, 120), TerminalSize.parse("50 120\n"));
    TerminalSize usual = new TerminalSize(24, 80);
    assertEquals(usual, TerminalSize.parse(""));
    assertEquals(usual, TerminalSize.parse("0 0\n"));
    assertEquals(usual, TerminalSize.parse("stty: not a terminal"));
  }
}
