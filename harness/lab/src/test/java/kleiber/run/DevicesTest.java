package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kleiber.engine.Engine;
import kleiber.experiment.UserException;
import org.junit.jupiter.api.Test;

final class DevicesTest {
  @Test
  void aWordMeansTheEngineOfThatName() {
    try (Engine engine = Devices.parse("naive", 1)) {
      assertEquals("naive", engine.name());
    }
    assertTrue(Devices.words().containsAll(List.of("auto", "naive")));
  }

  @Test
  void anUnknownWordIsToldWhatThereIs() {
    String message = assertThrows(UserException.class, () -> Devices.parse("gpu", 1)).getMessage();
    assertEquals("--devices gpu: unknown; known: " + String.join(", ", Devices.words()), message);
  }

  @Test
  void cardsAreNamedOneByOneOrFromTo() {
    assertEquals(List.of("cuda:0", "cuda:1", "cuda:3"), Devices.each("cuda:0,1,3"));
    assertEquals(List.of("cuda:2", "cuda:3", "cuda:5"), Devices.each("cuda:2-3,5"));
    assertEquals(List.of("cuda:0", "cuda:2", "cuda:3"), Devices.each("cuda:0,2-3"));
    assertEquals(List.of("cpu"), Devices.each("cpu"));
    assertEquals(
        "--devices cuda:3-2: cuda:3-2 names no device; expected the lower number first, such as"
            + " cuda:2-3",
        assertThrows(UserException.class, () -> Devices.each("cuda:3-2")).getMessage());
    for (String empty : List.of("", ",", "cpu,", "cuda:0,,1")) {
      String message = assertThrows(UserException.class, () -> Devices.each(empty)).getMessage();
      assertEquals(
          "--devices '"
              + empty
              + "' names no device between two commas or at an end; known: "
              + String.join(", ", Devices.words()),
          message);
    }
  }

  @Test
  void aCardThatIsNotThereIsToldWithWhatWorks() {
    for (String devices : List.of("cuda:999", "CUDA:999")) {
      String message =
          assertThrows(UserException.class, () -> Devices.parse(devices, 1)).getMessage();
      assertTrue(message.startsWith("--devices " + devices + ": "), message);
      assertTrue(message.endsWith("(--devices cpu works on every machine)"), message);
    }
  }
}
