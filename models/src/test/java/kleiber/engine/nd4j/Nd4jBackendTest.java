package kleiber.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.cuda.driver.CudaSurvey.Card;
import org.junit.jupiter.api.Test;

class Nd4jBackendTest {
  private static Card card(int ordinal, int major, int minor) {
    return new Card(
        ordinal, new CardProperties("Some card", major, minor, 1L << 33, 10, 1 << 16), 1L << 32);
  }

  private static Optional<String> warning(boolean cuda, Card... cards) {
    return new Nd4jBackend(true, cuda, List.of(cards)).warning();
  }

  @Test
  void aCardThatIsNewerThanItsCodeSpeaksAgainstCuda() {
    assertTrue(warning(true, card(0, 9, 0)).orElseThrow().contains("cuda:0 (Some card, sm_90)"));
    assertTrue(warning(true, card(0, 8, 9), card(1, 12, 0)).orElseThrow().contains("cuda:1"));
  }

  @Test
  void olderCardsAndTheHostDoNot() {
    assertEquals(Optional.empty(), warning(true, card(0, 8, 9), card(1, 7, 5)));
    assertEquals(Optional.empty(), warning(false, card(0, 10, 0)));
    assertEquals(Optional.empty(), warning(true));
  }

  @Test
  void cudaLoadsWhereThereIsACard() {
    Nd4jBackend cuda = new Nd4jBackend(true, true, List.of(card(0, 8, 6)));
    assertTrue(cuda.sentence().startsWith("JCublasBackend"), cuda::sentence);
    Nd4jBackend cardless = new Nd4jBackend(true, true, List.of());
    assertTrue(cardless.sentence().startsWith("CpuBackend"), cardless::sentence);
    Nd4jBackend none = new Nd4jBackend(false, false, List.of());
    assertTrue(none.sentence().startsWith("no backend"), none::sentence);
  }

  @Test
  void thisBuildHasTheHosts() {
    assertTrue(Nd4jBackend.here(List.of()).host());
  }
}
