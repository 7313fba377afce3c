package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kleiber.engine.naive.NaiveEngine;
import org.junit.jupiter.api.Test;

/** What engines refuse, in words. */
class BoundProgramTest {
  private static final SmallGpt MODEL = new SmallGpt(1, 3, 4, 1, 1, 11);

  @Test
  void refusals() {
    try (Engine engine = new NaiveEngine(1);
        Kernels bound = engine.bind(MODEL.program(), 2)) {
      Tensor table = bound.program().parameters().getFirst();
      refused("members is 0 but must be at least 1", () -> engine.bind(MODEL.program(), 0));
      refused("member 2 of 2", () -> bound.read(table, 2));
      refused("table has 44 elements, not 3", () -> bound.write(table, 0, new double[3]));
      refused("the program has no numbers called inputs", () -> bound.read(MODEL.inputs(), 0));
      refused("inputs takes 2 x 3 ids, not 3", () -> bound.writeTokens(MODEL.inputs(), new int[3]));
      refused(
          "inputs: id 11 is outside the vocabulary of 11",
          () -> bound.writeTokens(MODEL.inputs(), new int[] {0, 0, 0, 0, 11, 0}));
      refused(
          "losses is not trained: it has no moments", () -> bound.readMoment(MODEL.losses(), 0, 0));
      refused("moment 2 asked for: 0 is m, 1 is v", () -> bound.readMoment(table, 0, 2));
    }
  }

  @Test
  void shapesThatDoNotFit() {
    Tensor x = new Tensor("x", Tensor.Role.ACTIVATION, List.of(1, 3, 4));
    Tensor y = new Tensor("y", Tensor.Role.ACTIVATION, List.of(1, 3, 5));
    refused("y [1, 3, 5] must have the shape of x [1, 3, 4]", () -> new Kernel.Add(x, x, y));
    refused(
        "y [1, 3, 5] cannot be divided into 2 heads",
        () ->
            new Kernel.Attention(
                new Tensor("qkv", Tensor.Role.ACTIVATION, List.of(1, 3, 15)), 2, y));
    Tensor twice = new Tensor("twice", Tensor.Role.ACTIVATION, List.of(1, 3, 4));
    refused(
        "twice is made of one tensor twice",
        () -> new Program(List.of(new Kernel.Add(x, x, twice))));
  }

  private static void refused(String sentence, Runnable action) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
