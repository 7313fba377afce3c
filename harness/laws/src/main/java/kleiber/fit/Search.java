package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import kleiber.laws.Axis;
import kleiber.laws.BoundLaw;
import kleiber.laws.Chart;
import kleiber.laws.Charted;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.laws.Typical;

/** The constants that a law is fitted in: those of its chart where it has one, else its own. */
interface Search {
  /** The same rows, in the constants of the search. */
  Problem problem(Problem own);

  double[] of(double[] theta);

  /** The law's own parameters, within their ranges. */
  double[] theta(double[] constants);

  static Search of(Problem problem) {
    return problem.law instanceof Charted charted
        ? new ByChart(charted, charted.chart(Arrays.asList(problem.at)))
        : new AsItIs();
  }

  /** No other constants than the law's own. */
  record AsItIs() implements Search {
    @Override
    public Problem problem(Problem own) {
      return own;
    }

    @Override
    public double[] of(double[] theta) {
      return theta;
    }

    @Override
    public double[] theta(double[] constants) {
      return constants;
    }
  }

  /** A law over the scales of its chart, with the chart's constants for parameters. */
  record ByChart(Charted own, Chart chart) implements Search, Typical {
    @Override
    public Problem problem(Problem problem) {
      return problem.of(this);
    }

    @Override
    public double[] of(double[] theta) {
      return chart.of(theta);
    }

    @Override
    public double[] theta(double[] constants) {
      double[] theta = chart.theta(constants);
      for (int j = 0; j < theta.length; j++) {
        Parameter parameter = own.parameters().get(j);
        theta[j] = Math.max(parameter.low(), Math.min(parameter.high(), theta[j]));
      }
      return theta;
    }

    @Override
    public String formula() {
      return own.formula();
    }

    @Override
    public String source() {
      return own.source();
    }

    @Override
    public List<Parameter> parameters() {
      return chart.constants();
    }

    @Override
    public List<Axis> axes() {
      return own.axes();
    }

    @Override
    public double[] typical() {
      return chart.of(own.typical());
    }

    @Override
    public double loss(Scale at, double[] constants) {
      return own.loss(at, chart.theta(constants));
    }

    @Override
    public void gradient(Scale at, double[] constants, double[] gradient) {
      throw new UnsupportedOperationException("a chart is known over its own scales alone");
    }

    @Override
    public BoundLaw over(List<Scale> scales) {
      return chart.law();
    }
  }
}
