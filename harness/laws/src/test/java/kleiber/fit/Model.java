package kleiber.fit;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/** Any curve y = f(x; b) as a law of one axis, x standing where N does. */
record Model(int size, BiFunction<Dual[], Double, Dual> curve) implements Law {
  private static final double ANYTHING = 1e8;

  static Observation point(double x, double y) {
    return new Observation("point", "point", "made", 0, Scale.of(x, 1), null, y, Double.NaN);
  }

  private Dual at(Scale at, double[] theta) {
    Dual[] b =
        IntStream.range(0, size)
            .mapToObj(j -> Dual.parameter(theta[j], j, size))
            .toArray(Dual[]::new);
    return curve.apply(b, at.params());
  }

  @Override
  public String formula() {
    return "y = f(x; b)";
  }

  @Override
  public String source() {
    return "a test";
  }

  @Override
  public List<Parameter> parameters() {
    return IntStream.rangeClosed(1, size)
        .mapToObj(j -> new Parameter("b" + j, "of the data", -ANYTHING, ANYTHING))
        .toList();
  }

  @Override
  public double loss(Scale at, double[] theta) {
    return at(at, theta).value();
  }

  @Override
  public void gradient(Scale at, double[] theta, double[] gradient) {
    System.arraycopy(at(at, theta).d(), 0, gradient, 0, size);
  }
}
