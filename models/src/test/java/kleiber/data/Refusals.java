package kleiber.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Checks that a user's mistake is refused by a sentence that says certain things. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(Executable mistake, String... says) {
    String message = assertThrows(CorpusException.class, mistake).getMessage();
    for (String part : says) {
      assertTrue(message.contains(part), () -> "<" + message + "> does not say <" + part + ">");
    }
  }
}
