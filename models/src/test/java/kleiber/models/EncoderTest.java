package kleiber.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import kleiber.engine.Kernel;
import kleiber.engine.Tensor;
import org.junit.jupiter.api.Test;

class EncoderTest {
  /**
   * BERT base (Devlin et al. 2019, section 3) has 12 blocks of width 768, 85 M weights: 12 · 12 ·
   * 768².
   */
  @Test
  void blocksAreThoseOfBert() {
    Encoder base =
        new Encoder(
            12,
            768,
            12,
            Gpt.Position.LEARNED,
            Gpt.Norm.LAYER,
            Gpt.Activation.GELU_ERF,
            false,
            false,
            0.15);
    ParameterCount count = base.count(30_521, 512);
    assertEquals(84_934_656 + 25 * 768, count.hidden(), "and gains");
    assertEquals((30_522 + 512) * 768, count.embedding(), "and a row for the mask");
    assertEquals(30_521 * 768, count.output(), "which is never predicted");
  }

  @Test
  void onlyTheTokenTableKnowsTheMask() {
    Encoder encoder = EncoderInstances.classic(0.15);
    for (Kernel kernel : encoder.program(13, 2, 6).forward()) {
      switch (kernel) {
        case Kernel.Embedding k -> assertEquals(14, k.table_VxD().rows());
        case Kernel.CrossEntropy k -> {
          assertEquals(13, k.logits_BxTxV().last());
          assertEquals(2, k.scored(), "one of six positions in each of two windows");
        }
        default -> {}
      }
    }
  }

  /** Rows of the token table are those of a causal model of the same seed. */
  @Test
  void tokensBeginAsInAGpt() {
    Encoder encoder = EncoderInstances.classic(0.15);
    Tensor own = encoder.program(13, 1, 6).parameters().getFirst();
    Tensor causal = encoder.gpt().program(13, 1, 6).parameters().getFirst();
    double[] rows = encoder.initial(own, 7);
    assertEquals(14 * 8, rows.length);
    assertArrayEquals(encoder.gpt().initial(causal, 7), Arrays.copyOf(rows, 13 * 8));
  }
}
