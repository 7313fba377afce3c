package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kleiber.experiment.Ladder;
import org.junit.jupiter.api.Test;

class ShapesTest {
  @Test
  void shapesTellHowManyExpertsATokenPasses() {
    String decoders = Shapes.of(Ladder.read().runs()).orElseThrow();
    String mixtures =
        Shapes.of(
                Ladder.read(
                        "base.model.type=MixtureOfExperts",
                        "base.model.experts=4",
                        "base.model.topK=2")
                    .runs())
            .orElseThrow();
    assertTrue(decoders.startsWith("shapes: d 16 L 2 (d/L 8.00, d_head 8); d 24 L 2"), decoders);
    assertEquals(decoders.replace(")", "), 2 of 4 experts a token"), mixtures);
  }
}
