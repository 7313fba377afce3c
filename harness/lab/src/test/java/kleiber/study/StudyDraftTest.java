package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a study may write. */
final class StudyDraftTest {
  @Test
  void aNumberIsNotWrittenOver() {
    StudyDraft draft = new StudyDraft().number("slope", 1, "").number("other slope", 2, "");
    String message =
        assertThrows(IllegalStateException.class, () -> draft.number("slope", 3, "")).getMessage();
    assertTrue(message.contains("two numbers 'slope'"), message);
    assertEquals(1, draft.result("Made", "Made").numbers().get("slope").value());
  }
}
