package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void moreElementsThanAnArrayHasAreRefused() {
    assertEquals(
        "head [64, 1024, 50257] has 3.3e+09 elements, more than 2147483647; train a smaller batch,"
            + " micro-batch or context",
        assertThrows(IllegalArgumentException.class, () -> activation(64, 1024, 50_257))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> activation(1 << 30, 1 << 30, 1 << 30, 1 << 30));
    assertEquals(Integer.MAX_VALUE, activation(Integer.MAX_VALUE, 1).size());
  }

  private static Tensor activation(Integer... shape) {
    return new Tensor("head", Tensor.Role.ACTIVATION, List.of(shape));
  }
}
