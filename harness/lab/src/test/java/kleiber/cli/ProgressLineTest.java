package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter written = new StringWriter();

  @Test
  void theTimeToGoIsByFlopsAndNotByRuns() {
    String bar = ProgressLine.bar(9, 10, 25e9, 100e9, 60);
    assertTrue(bar.contains("run 10 of 10"), bar);
    assertTrue(bar.contains(" 25 %"), bar);
    assertTrue(bar.contains("3 min 0 s left"), bar);
    assertTrue(bar.contains("417M FLOP/s"), bar);
  }

  @Test
  void aBarThatHasJustBegunPromisesNothing() {
    assertFalse(ProgressLine.bar(0, 10, 0, 100e9, 1).contains("left"));
    assertTrue(ProgressLine.bar(0, 0, 0, 0, 1).contains("0 %"));
  }

  @Test
  void offATerminalOnlyLinesAreWritten() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), false);
    line.show(1, 2, 1, 2);
    line.say("a run is done");
    line.close();
    assertEquals("a run is done" + System.lineSeparator(), written.toString());
  }

  @Test
  void offATerminalTheBarIsALineAMinute() {
    long[] seconds = {0};
    ProgressLine line =
        new ProgressLine(new PrintWriter(written), false, () -> seconds[0] * 1_000_000_000);
    for (seconds[0] = 1; seconds[0] <= 150; seconds[0]++) {
      line.show(1, 2, seconds[0], 300);
    }
    line.show("reading text", 10, 40, 0);
    List<String> lines = written.toString().lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains(" 20 %"), lines.toString());
    assertTrue(lines.getLast().contains(" 40 %"), lines.toString());
  }

  @Test
  void whatComesBeforeAGridTellsTheTimeToGoToo() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), true, () -> 30_000_000_000L);
    line.show("reading text", 10, 40, 0);
    assertEquals(" 25 %  1 min 30 s left  reading text", written.toString());
  }

  @Test
  void onATerminalTheBarMakesRoomForLines() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), true);
    line.show(1, 2, 1, 2);
    String bar = written.toString();
    assertTrue(bar.startsWith("["), bar);
    line.say("a run is done");
    String erased = "\r" + " ".repeat(bar.length()) + "\r";
    assertEquals(bar + erased + "a run is done" + System.lineSeparator(), written.toString());
  }
}
