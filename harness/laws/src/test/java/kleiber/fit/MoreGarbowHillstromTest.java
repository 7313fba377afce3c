package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Systems of Moré, Garbow and Hillstrom 1981 from their standard starts, each with the lowest sum
 * of squares printed there.
 */
class MoreGarbowHillstromTest {
  private static final double[] BARD = {
    0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39
  };

  /** A system: its start, its lowest sum of squares, its number of functions, its functions. */
  enum System {
    ROSENBROCK(
        new double[] {-1.2, 1},
        0,
        2,
        (b, i) -> i == 0 ? b[1].minus(b[0].times(b[0])).times(10) : b[0].times(-1).plus(1)),
    POWELL_BADLY_SCALED(
        new double[] {0, 1},
        0,
        2,
        (b, i) ->
            i == 0
                ? b[0].times(b[1]).times(1e4).plus(-1)
                : b[0].times(-1).exp().plus(b[1].times(-1).exp()).plus(-1.0001)),
    BEALE(
        new double[] {1, 1},
        0,
        3,
        (b, i) -> {
          Dual power = b[1];
          for (int k = 0; k < i; k++) {
            power = power.times(b[1]);
          }
          double y = new double[] {1.5, 2.25, 2.625}[i];
          return b[0].times(power.times(-1).plus(1)).times(-1).plus(y);
        }),
    JENNRICH_SAMPSON(
        new double[] {0.3, 0.4},
        124.362182355615,
        10,
        (b, i) ->
            b[0].times(i + 1).exp().plus(b[1].times(i + 1).exp()).times(-1).plus(2 + 2 * (i + 1))),
    HELICAL_VALLEY(
        new double[] {-1, 0, 0},
        0,
        3,
        (b, i) -> {
          if (i == 2) {
            return b[2];
          }
          if (i == 1) {
            Dual square = b[0].times(b[0]).plus(b[1].times(b[1]));
            return square.pow(0.5).plus(-1).times(10);
          }
          Dual turn = b[1].over(b[0]).atan().times(1 / (2 * Math.PI));
          double half = b[0].value() < 0 ? 0.5 : 0;
          return b[2].minus(turn.plus(half).times(10)).times(10);
        }),
    BARD(
        new double[] {1, 1, 1},
        8.214877306578e-3,
        15,
        (b, i) -> {
          double u = i + 1;
          double v = 15 - i;
          Dual bottom = b[1].times(v).plus(b[2].times(Math.min(u, v)));
          Dual one = new Dual(u, new double[b.length]);
          return b[0].plus(one.over(bottom)).times(-1).plus(MoreGarbowHillstromTest.BARD[i]);
        }),
    POWELL_SINGULAR(
        new double[] {3, -1, 0, 1},
        0,
        4,
        (b, i) ->
            switch (i) {
              case 0 -> b[0].plus(b[1].times(10));
              case 1 -> b[2].minus(b[3]).times(Math.sqrt(5));
              case 2 -> square(b[1].minus(b[2].times(2)));
              default -> square(b[0].minus(b[3])).times(Math.sqrt(10));
            }),
    WOOD(
        new double[] {-3, -1, -3, -1},
        0,
        6,
        (b, i) ->
            switch (i) {
              case 0 -> b[1].minus(square(b[0])).times(10);
              case 1 -> b[0].times(-1).plus(1);
              case 2 -> b[3].minus(square(b[2])).times(Math.sqrt(90));
              case 3 -> b[2].times(-1).plus(1);
              case 4 -> b[1].plus(b[3]).plus(-2).times(Math.sqrt(10));
              default -> b[1].minus(b[3]).times(1 / Math.sqrt(10));
            });

    private final double[] start;
    private final double sumOfSquares;
    private final int functions;
    private final BiFunction<Dual[], Integer, Dual> function;

    System(
        double[] start,
        double sumOfSquares,
        int functions,
        BiFunction<Dual[], Integer, Dual> function) {
      this.start = start;
      this.sumOfSquares = sumOfSquares;
      this.functions = functions;
      this.function = function;
    }

    private static Dual square(Dual x) {
      return x.times(x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void lowestSumOfSquares(System system) {
    Model model =
        new Model(system.start.length, (b, x) -> system.function.apply(b, (int) Math.round(x)));
    var rows = IntStream.range(0, system.functions).mapToObj(i -> Model.point(i, 0)).toList();
    Problem problem = new Problem(model, new LeastSquaresOfLoss(), rows);
    double[] found = new Newton(problem).minimise(system.start, Newton.EXACT);
    double tolerance = 1e-9 * Math.max(system.sumOfSquares, 1e-3);
    assertEquals(system.sumOfSquares, 2 * problem.cost(found), tolerance);
  }
}
