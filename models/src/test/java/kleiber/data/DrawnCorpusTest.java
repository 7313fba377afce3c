package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DrawnCorpusTest {
  private static final Draw DRAW = new Draw(16, 1_000, 500, 1);

  @Test
  void anyPieceIsReadAlikeInAnyOrder() {
    TokenSequence tokens =
        new Grammar(3, 9, 2, 0.4, 1, DRAW).open(Path.of("unused"), () -> false).training();
    int[] whole = new int[(int) tokens.length()];
    tokens.read(0, whole, 0, whole.length);
    for (int from = whole.length - 40; from >= 0; from -= 7) {
      int[] piece = new int[40];
      tokens.read(from, piece, 0, 40);
      assertArrayEquals(java.util.Arrays.copyOfRange(whole, from, from + 40), piece);
    }
    assertEquals(1_000 / 16 * 16, whole.length);
  }

  @Test
  void nonsenseIsRefusedInASentence() {
    refuses("order 3 of 64 symbols", () -> new Markov(3, 64, 1, DRAW));
    refuses("sharpness is -1.0 but must be between 0", () -> new Markov(1, 4, -1, DRAW));
    refuses("branching is 0.5 but must be above 0 and below 0.5", () -> grammar(0.5));
    refuses("document is 16 but must be a multiple of 3", () -> skills(9, 3));
    refuses("longest is 16 but must be below the tokens of a document", () -> copying(16));
    refuses("mostDigits is 1 but must be between 2", () -> new Arithmetic(2, 1, DRAW));
    refuses("document is 1 but", () -> new Draw(1, 100, 100, 1));
    refuses("heldOut is 20 but must be at least two documents", () -> new Draw(16, 100, 20, 1));
    refuses("states is 1 but", () -> new HiddenMarkov(1, 4, 1, 1, DRAW));
    refuses("keys is 1 but", () -> new Induction(1, 4, DRAW));
    refuses("every is 0 but", () -> new Salted(new Induction(2, 4, DRAW), 0, 4, 1));
  }

  private static Grammar grammar(double branching) {
    return new Grammar(3, 9, 2, branching, 1, DRAW);
  }

  private static ZipfSkills skills(int facts, int symbols) {
    return new ZipfSkills(facts, 1, symbols, 4, DRAW);
  }

  private static Copying copying(int longest) {
    return new Copying(4, 4, longest, DRAW);
  }

  private static void refuses(String words, Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.contains(words), message);
  }
}
