package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import kleiber.engine.host.HostEngine;
import kleiber.engine.naive.NaiveEngine;
import kleiber.engine.nd4j.Nd4jEngine;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ParametersTest {
  private static final SmallGpt MODEL = new SmallGpt(2, 5, 8, 1, 2, 11);

  private static void step(Kernels bound, long step, int... keys) {
    bound.forward();
    bound.backward();
    bound.update(SmallGpt.step(step, keys));
  }

  /** Half a run on one engine and half on another is the run, to rounding. */
  @Test
  void aRunMovesBetweenEngines() {
    try (Engine naive = new NaiveEngine(1);
        Engine host = new HostEngine(1);
        Engine nd4j = new Nd4jEngine(1);
        Kernels reference = naive.bind(MODEL.program(), 1);
        Kernels first = nd4j.bind(MODEL.program(), 2);
        Kernels second = host.bind(MODEL.program(), 1)) {
      SmallGpt.fill(reference, 3);
      SmallGpt.fill(first, 1, 3);
      SmallGpt.fill(second, 3);
      step(reference, 1, 3);
      step(reference, 2, 3);
      step(first, 1, 1, 3);
      Parameters moved = Parameters.of(first, 1);
      moved.into(second, 0);
      for (Tensor parameter : second.program().parameters()) {
        assertArrayEquals(
            first.readMoment(parameter, 1, 1), second.readMoment(parameter, 0, 1), "exact");
        assertArrayEquals(first.readGradient(parameter, 1), second.readGradient(parameter, 0));
      }
      step(second, 2, 3);
      for (Tensor parameter : second.program().parameters()) {
        assertArrayEquals(
            reference.read(parameter, 0), second.read(parameter, 0), 1e-6, parameter.name());
      }
    }
  }

  @Test
  void shapesAndNamesAreKept() {
    try (Engine host = new HostEngine(1);
        Kernels bound = host.bind(MODEL.program(), 1)) {
      SmallGpt.fill(bound, 3);
      Parameters parameters = Parameters.of(bound, 0);
      INDArray weight = parameters.weights().get("block0.up.weight");
      assertArrayEquals(new long[] {8, 32}, weight.shape());
      Tensor tensor =
          bound.program().parameters().stream()
              .filter(p -> p.name().equals("block0.up.weight"))
              .findFirst()
              .orElseThrow();
      assertEquals(bound.read(tensor, 0)[3 * 32 + 5], weight.getDouble(3, 5));

      Map<String, INDArray> other = new HashMap<>(parameters.weights());
      other.put("block0.up.weight", weight.castTo(DataType.FLOAT).dup('f'));
      with(parameters, other).into(bound, 0);
      assertEquals(weight.getDouble(3, 5), bound.read(tensor, 0)[3 * 32 + 5]);

      other.put("block0.up.weight", weight.transpose());
      assertTrue(refusal(parameters, other, bound).contains("has shape [32, 8]"));
      other.remove("block0.up.weight");
      assertTrue(refusal(parameters, other, bound).contains("block0.up.weight is missing"));
      other.put("block0.up.weight", weight);
      other.put("head", weight);
      assertTrue(refusal(parameters, other, bound).contains("no parameter head"));
    }
  }

  private static Parameters with(Parameters parameters, Map<String, INDArray> weights) {
    return new Parameters(
        weights, parameters.gradients(), parameters.firstMoments(), parameters.secondMoments());
  }

  private static String refusal(
      Parameters parameters, Map<String, INDArray> weights, Kernels bound) {
    return assertThrows(
            IllegalArgumentException.class, () -> with(parameters, weights).into(bound, 0))
        .getMessage();
  }
}
