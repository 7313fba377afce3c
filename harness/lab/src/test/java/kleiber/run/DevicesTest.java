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
  void thereIsNoCudaEngineYet() {
    for (String devices : List.of("cuda", "cuda:0", "CUDA:0,1")) {
      String message =
          assertThrows(UserException.class, () -> Devices.parse(devices, 1)).getMessage();
      assertEquals(
          "--devices "
              + devices
              + ": this build has no CUDA engine yet; --devices cpu works on every machine",
          message);
    }
  }
}
