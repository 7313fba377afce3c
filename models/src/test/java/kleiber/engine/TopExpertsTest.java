package kleiber.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.engine.Tensor.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine chooses the same experts, also where numbers are none. */
class TopExpertsTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  /** Rows of numbers, and the two of them that are chosen. */
  private static final double[][] ROWS = {
    {1, 2, 3, 4}, {4, 3, 3, 4}, {2, 2, 2, 2}, {0, -0.0, 0, 0},
    {1, NAN, 5, 2}, {NAN, 1, 2, NAN}, {NAN, NAN, NAN, NAN}, {7, 8, 9, NAN},
    {INFINITE, NAN, INFINITE, 1}, {-INFINITE, -INFINITE, 1, NAN}, {-INFINITE, 0, 1, -INFINITE},
  };

  private static final List<List<Integer>> CHOSEN =
      List.of(
          List.of(2, 3),
          List.of(0, 3),
          List.of(0, 1),
          List.of(0, 1),
          List.of(1, 2),
          List.of(0, 3),
          List.of(0, 1),
          List.of(2, 3),
          List.of(0, 1),
          List.of(2, 3),
          List.of(1, 2));

  static Stream<Arguments> enginesAndRows() {
    return Engines.all().stream()
        .flatMap(
            type ->
                Stream.iterate(0, row -> row + 1)
                    .limit(ROWS.length)
                    .map(row -> Arguments.of(type, row)));
  }

  /** Told by products: an expert's only weight is its number. */
  @ParameterizedTest
  @MethodSource("enginesAndRows")
  void notANumberCountsAsInfinite(Class<? extends Engine> type, int row) {
    Tensor x = new Tensor("x", Role.ACTIVATION, List.of(1, 1, 1));
    Tensor gates = new Tensor("gates", Role.ACTIVATION, List.of(1, 1, 4));
    Tensor w = new Tensor("w", Role.PARAMETER, List.of(4, 1, 1), false);
    Tensor y = new Tensor("y", Role.ACTIVATION, List.of(1, 1, 2, 1));
    Kernel kernel = new ExpertKernel.Linear(x, gates, w, Optional.empty(), y);
    try (Engine engine = Engines.open(type, 1);
        Kernels bound = engine.bind(new Program(List.of(kernel)), 1)) {
      bound.write(x, 0, new double[] {1});
      bound.write(gates, 0, ROWS[row]);
      bound.write(w, 0, new double[] {0, 1, 2, 3});
      bound.forward(kernel);
      double[] chosen = bound.read(y, 0);
      assertEquals(CHOSEN.get(row), List.of((int) chosen[0], (int) chosen[1]));
    }
  }
}
