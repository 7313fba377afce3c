package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaOutOfMemoryException;
import org.junit.jupiter.api.Test;

/** What is told of a failure, to someone who did not write the program. */
class FailureTest {
  @Test
  void whatACardLacksIsASentence() {
    CardProperties card = new CardProperties("a card", 9, 0, 1L << 34, 1, 1 << 16);
    assertEquals(
        "20.00 GiB are needed on a card, which has 16.00 GiB, 15.00 GiB of them free; train fewer"
            + " members at once, smaller batches or micro-batches",
        Failure.sentence(new CudaOutOfMemoryException(card, 20L << 30, 15L << 30)));
  }

  /** Of these exceptions the message is the path alone. */
  @Test
  void whatIsWrongWithAFileIsSaid() {
    assertEquals("no such file or folder: a", Failure.sentence(new NoSuchFileException("a")));
    assertEquals(
        "there is a file already: a", Failure.sentence(new FileAlreadyExistsException("a")));
    assertEquals("access denied: a", Failure.sentence(new AccessDeniedException("a")));
  }

  @Test
  void whatHasWordsIsToldByThem() {
    IllegalStateException told = new IllegalStateException("there is no Vector API");
    assertEquals("there is no Vector API", Failure.why(told));
    assertEquals("there is no Vector API", Failure.why(new InvocationTargetException(told)));
    assertEquals("there is no Vector API", Failure.why(new ExceptionInInitializerError(told)));
    assertEquals("there is no Vector API", Failure.why(new RuntimeException(told)));
    assertEquals("no card", Failure.why(new RuntimeException("no card", told)));
    assertEquals(
        "the class org/nd4j/A is missing or cannot be loaded",
        Failure.why(new NoClassDefFoundError("org/nd4j/A")));
  }

  @Test
  void whatHasNoneIsToldByWhereItCameFrom() {
    String why = Failure.why(new NullPointerException());
    assertTrue(
        why.startsWith("a NullPointerException that says no more, from ")
            && why.contains("kleiber.run.FailureTest.whatHasNoneIsToldByWhereItCameFrom")
            && why.endsWith("; please report it"),
        why);
  }
}
