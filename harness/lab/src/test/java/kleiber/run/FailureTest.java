package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kleiber.engine.cuda.CardProperties;
import kleiber.engine.cuda.CudaOutOfMemoryException;
import org.junit.jupiter.api.Test;

/** What is told of a failure, to someone who did not write the program. */
class FailureTest {
  @Test
  void whatACardLacksIsASentence() {
    CardProperties card = new CardProperties("a card", 9, 0, 1L << 34, 1, 1 << 16);
    assertEquals(
        "20.00 GiB are needed on a card, which has 16.00 GiB, 15.00 GiB of them free; train fewer"
            + " members at once, or smaller batches",
        Failure.sentence(new CudaOutOfMemoryException(card, 20L << 30, 15L << 30)));
  }
}
