package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a file, its reader gives an experiment or a sentence. */
final class MutatedFileTest {
  private static final int MUTANTS = Integer.getInteger("kleiber.mutations", 1000);
  private static final List<String> FRAGMENTS =
      List.of(
          "[",
          "]",
          "{",
          "}",
          ":",
          ": ",
          ",",
          "- ",
          "\n",
          "\n  ",
          "\"",
          "'",
          "#",
          "&a ",
          "*a",
          "!!x ",
          "|",
          ">",
          "?",
          "%",
          "@",
          "`",
          "\t",
          "~",
          "null",
          "-1",
          "0",
          "1e9",
          "1e400",
          "1e-400",
          ".inf",
          "1e999999999999",
          "9223372036854775808",
          "true",
          "type",
          "\u0000",
          "\uD83D\uDE00",
          "\u0085",
          "...",
          "---",
          "<<",
          "{}",
          "[]");

  @Test
  void givesAnExperimentOrASentence() {
    long seed = Long.getLong("kleiber.seed", new Random().nextLong());
    System.out.println("MutatedFileTest: -Dkleiber.seed=" + seed);
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      String text = mutant(random);
      try {
        Experiment experiment = Ladder.parse(text);
        assertFalse(experiment.runs().isEmpty());
        read++;
      } catch (UserException e) {
        assertTrue(e.getMessage().startsWith(Ladder.SOURCE), e.getMessage());
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", mutant " + i + ":\n" + text, e);
      }
    }
    assertTrue(read > 0 && read < MUTANTS, read + " of " + MUTANTS + " were read");
  }

  private static String mutant(Random random) {
    String text = Ladder.text();
    int mutations = 1 + random.nextInt(3);
    for (int i = 0; i < mutations; i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      text =
          switch (random.nextInt(5)) {
            case 0 -> text.substring(0, at) + text.substring(end);
            case 1 -> text.substring(0, at) + fragment(random) + text.substring(at);
            case 2 -> text.substring(0, at) + fragment(random) + text.substring(end);
            case 3 -> text.substring(0, at) + (char) (random.nextInt(0x250)) + text.substring(end);
            default -> withLinesMoved(text, random);
          };
    }
    return text;
  }

  private static String fragment(Random random) {
    return FRAGMENTS.get(random.nextInt(FRAGMENTS.size()));
  }

  private static String withLinesMoved(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
    if (random.nextBoolean()) {
      lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
    }
    return String.join("\n", lines);
  }
}
