package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The non-linear regression sets of NIST's Statistical Reference Datasets, with certified
 * parameters, standard deviations and residual sums of squares: a wrong digit in a set would show
 * as a wrong sum. The fast solver from both of NIST's starts, the far one and the near one, and the
 * plain solver from the near one.
 */
class NistTest {
  /** The models of the sets of the same names. */
  enum Set {
    Misra1a((b, x) -> b[0].times(one(b).minus(b[1].times(-x).exp()))),
    Misra1b((b, x) -> b[0].times(one(b).minus(b[1].times(x / 2).plus(1).pow(-2)))),
    Misra1c((b, x) -> b[0].times(one(b).minus(b[1].times(2 * x).plus(1).pow(-0.5)))),
    Misra1d((b, x) -> b[0].times(b[1]).times(x).over(b[1].times(x).plus(1))),
    Chwirut2((b, x) -> b[0].times(-x).exp().over(b[1].plus(b[2].times(x)))),
    DanWood((b, x) -> b[0].times(b[1].times(Math.log(x)).exp())),
    BoxBOD((b, x) -> b[0].times(one(b).minus(b[1].times(-x).exp()))),
    Rat42((b, x) -> b[0].over(b[1].minus(b[2].times(x)).exp().plus(1))),
    Rat43(
        (b, x) -> {
          Dual base = b[1].minus(b[2].times(x)).exp().plus(1);
          return b[0].times(power(base, one(b).over(b[3]).times(-1)));
        }),
    Eckerle4(
        (b, x) -> {
          Dual z = b[2].times(-1).plus(x).over(b[1]);
          return b[0].over(b[1]).times(z.times(z).times(-0.5).exp());
        }),
    MGH09(
        (b, x) -> b[0].times(b[1].times(x).plus(x * x)).over(b[2].times(x).plus(b[3]).plus(x * x))),
    MGH10((b, x) -> b[0].times(b[1].over(b[2].plus(x)).exp())),
    MGH17(
        (b, x) ->
            b[0].plus(b[1].times(b[3].times(-x).exp())).plus(b[2].times(b[4].times(-x).exp()))),
    Thurber(
        (b, x) -> {
          double x2 = x * x;
          Dual top = b[0].plus(b[1].times(x)).plus(b[2].times(x2)).plus(b[3].times(x2 * x));
          Dual bottom = b[4].times(x).plus(b[5].times(x2)).plus(b[6].times(x2 * x)).plus(1);
          return top.over(bottom);
        });

    private final BiFunction<Dual[], Double, Dual> curve;

    Set(BiFunction<Dual[], Double, Dual> curve) {
      this.curve = curve;
    }

    private static Dual one(Dual[] b) {
      return new Dual(1, new double[b.length]);
    }

    /** base^exponent = exp(exponent ln base). */
    private static Dual power(Dual base, Dual exponent) {
      double[] d = base.d().clone();
      for (int j = 0; j < d.length; j++) {
        d[j] /= base.value();
      }
      return exponent.times(new Dual(Math.log(base.value()), d)).exp();
    }
  }

  /** Sets whose far start lies in the basin of another local minimum. */
  private static final EnumSet<Set> ELSEWHERE =
      EnumSet.of(Set.Rat43, Set.MGH09, Set.MGH10, Set.MGH17);

  @ParameterizedTest
  @EnumSource
  void certifiedValues(Set set) throws IOException {
    String[] parts = read(set).split("\n\n");
    double[][] parameters = numbers(parts[0]);
    double sumOfSquares = Double.parseDouble(parts[1].strip());
    var rows = Arrays.stream(numbers(parts[2])).map(row -> Model.point(row[0], row[1])).toList();
    Model model = new Model(parameters.length, set.curve);
    Objective squares = new LeastSquaresOfLoss();
    Problem problem = new Problem(model, squares, rows);
    PlainProblem plain = new PlainProblem(model, squares, rows);
    double[] certified = column(parameters, 2);
    assertEquals(sumOfSquares, 2 * problem.cost(certified), 1e-8 * sumOfSquares, "the set itself");
    for (int start : ELSEWHERE.contains(set) ? new int[] {1} : new int[] {0, 1}) {
      double[] from = column(parameters, start);
      double[] ours = new Newton(problem).minimise(from, Newton.EXACT);
      assertCertified(set + " from start " + start, parameters, sumOfSquares, problem, ours);
    }
    double[] from = column(parameters, 1);
    double[] theirs = QuasiNewton.minimise(plain, from, QuasiNewton.EXACT);
    assertCertified(set + " by the plain solver", parameters, sumOfSquares, problem, theirs);
  }

  private static void assertCertified(
      String which, double[][] parameters, double sumOfSquares, Problem problem, double[] found) {
    assertEquals(sumOfSquares, 2 * problem.cost(found), 1e-8 * sumOfSquares, which);
    double[] errors = Information.of(problem, found).standardErrors();
    for (int j = 0; j < found.length; j++) {
      double certified = parameters[j][2];
      assertEquals(certified, found[j], 1e-5 * Math.abs(certified), which + ", b" + (j + 1));
      double deviation = parameters[j][3];
      assertEquals(deviation, errors[j], 1e-4 * deviation, which + ", deviation of b" + (j + 1));
    }
  }

  private static String read(Set set) throws IOException {
    try (InputStream in = NistTest.class.getResourceAsStream("nist/" + set + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static double[][] numbers(String lines) {
    return lines
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> Arrays.stream(line.strip().split(" +")).mapToDouble(Double::parseDouble))
        .map(numbers -> numbers.toArray())
        .toArray(double[][]::new);
  }

  private static double[] column(double[][] table, int column) {
    return Arrays.stream(table).mapToDouble(row -> row[column]).toArray();
  }
}
