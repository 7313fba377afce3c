package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps on real text give the losses that PyTorch gives from the same weights and batches. */
class ParityTest {
  private static final String REMAKE =
      "; if that was meant, make golden.json again: the header of models/src/test/pytorch/parity.py"
          + " says how";

  private static int[][][] batches;
  private static JsonNode golden;

  @BeforeAll
  static void open() throws IOException {
    batches = ParityRun.batches();
    try (InputStream json = ParityTest.class.getResourceAsStream("/parity/golden.json")) {
      golden = new ObjectMapper().readTree(json);
    }
  }

  static List<ParityRun> runs() {
    return ParityRun.all();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void lossesArePyTorchs(ParityRun run) {
    JsonNode expected = golden.at("/runs/" + run.name());
    assertEquals(
        expected.get("fingerprint").asText(),
        run.fingerprint(batches),
        "the settings, initial weights or batches have changed" + REMAKE);
    double[] torch = new double[ParityRun.STEPS];
    Arrays.setAll(torch, step -> expected.get("losses").get(step).asDouble());
    try (Engine engine = new HostEngine(2)) {
      double[] losses = run.losses(engine, batches);
      assertArrayEquals(torch, losses, 1e-4, "what a step computes has changed");
      assertTrue(
          losses[0] - losses[ParityRun.STEPS - 1] >= 0.3,
          "the losses must fall for the comparison to mean much: " + Arrays.toString(losses));
    }
  }
}
