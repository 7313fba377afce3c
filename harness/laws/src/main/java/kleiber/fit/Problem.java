package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import kleiber.laws.BoundLaw;
import kleiber.laws.Law;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * What a solver sees: the objective of a law over weighted rows, in coordinates u. A parameter
 * whose range is positive has u = ln θ, since amplitudes span decades and trade off with exponents
 * along a line in ln A but along a curve in A; any other has u = θ.
 */
final class Problem {
  /** Relative error of a predicted loss below which two predictions are the same. */
  private static final double SAME_LOSS = 1e-9;

  final Law law;
  final BoundLaw rows;
  final Objective objective;
  final Scale[] at;
  final double[] measured;
  final double[] standardError;

  /** How often each row counts; zero leaves it out. */
  final double[] weight;

  /** Number of parameters. */
  final int size;

  /** Of a law that is linear in them; else none. */
  final int[] amplitudes;

  /** Of a law that is linear in amplitudes; else null. */
  final Separation separation;

  private final Parameter[] parameters;
  private final double[] low;
  private final double[] high;
  private final double[] lowest;
  private final double[] highest;
  private final double[] lnMeasured;

  /** Whether residuals are of ln L; else they are differences in a unit by row. */
  private final boolean logarithm;

  private final double[] unit;

  Problem(Law law, Objective objective, List<Observation> observations) {
    this(
        law,
        law.over(observations.stream().map(Observation::at).toList()),
        null,
        objective,
        observations.stream().map(Observation::at).toArray(Scale[]::new),
        observations.stream().mapToDouble(Observation::loss).toArray(),
        observations.stream().mapToDouble(Observation::standardError).toArray(),
        ones(observations.size()));
  }

  private Problem(
      Law law,
      BoundLaw rows,
      Separation separation,
      Objective objective,
      Scale[] at,
      double[] measured,
      double[] standardError,
      double[] weight) {
    this.law = law;
    this.rows = rows;
    this.objective = objective;
    this.at = at;
    this.measured = measured;
    this.standardError = standardError;
    this.weight = weight;
    this.parameters = law.parameters().toArray(Parameter[]::new);
    this.size = parameters.length;
    this.amplitudes = law instanceof LinearInAmplitudes linear ? linear.amplitudes() : new int[0];
    this.separation =
        separation == null && law instanceof LinearInAmplitudes linear
            ? new Separation(linear, rows, at.length)
            : separation;
    this.low = new double[size];
    this.high = new double[size];
    this.lowest = new double[size];
    this.highest = new double[size];
    for (int j = 0; j < size; j++) {
      lowest[j] = parameters[j].low();
      highest[j] = parameters[j].high();
      low[j] = logarithmic(j) ? Math.log(lowest[j]) : lowest[j];
      high[j] = logarithmic(j) ? Math.log(highest[j]) : highest[j];
    }
    this.logarithm = objective.residual() == Residual.LOGARITHM;
    this.unit =
        objective.residual() == Residual.STANDARD_ERRORS ? standardError : ones(measured.length);
    this.lnMeasured = Arrays.stream(measured).map(Math::log).toArray();
  }

  /** The same rows, each counted so many times. */
  Problem weighted(double[] weight) {
    return new Problem(law, rows, separation, objective, at, measured, standardError, weight);
  }

  /** The same rows with other losses. */
  Problem measuring(double[] measured) {
    return new Problem(law, rows, separation, objective, at, measured, standardError, weight);
  }

  /** The same rows under another objective. */
  Problem minimising(Objective objective) {
    return new Problem(law, rows, separation, objective, at, measured, standardError, weight);
  }

  /** The same rows seen by another law, as it is bound to them. */
  Problem of(Law other) {
    return new Problem(
        other, other.over(Arrays.asList(at)), null, objective, at, measured, standardError, weight);
  }

  /** The same rows but some. */
  Problem without(int[] rows) {
    double[] rest = weight.clone();
    for (int row : rows) {
      rest[row] = 0;
    }
    return weighted(rest);
  }

  /** The same rows with one parameter held at a value of u. */
  Problem pinned(int j, double u) {
    Problem pinned = weighted(weight);
    double theta = logarithmic(j) ? Math.exp(u) : u;
    pinned.low[j] = u;
    pinned.high[j] = u;
    pinned.lowest[j] = theta;
    pinned.highest[j] = theta;
    return pinned;
  }

  /** Lowest u of a parameter. */
  double low(int j) {
    return low[j];
  }

  /** Highest u of a parameter. */
  double high(int j) {
    return high[j];
  }

  /** Lowest θ of a parameter. */
  double lowest(int j) {
    return lowest[j];
  }

  /** Highest θ of a parameter. */
  double highest(int j) {
    return highest[j];
  }

  double[] theta(double[] u) {
    double[] theta = new double[size];
    theta(u, theta);
    return theta;
  }

  void theta(double[] u, double[] theta) {
    for (int j = 0; j < size; j++) {
      double value = logarithmic(j) ? Math.exp(u[j]) : u[j];
      theta[j] = Math.max(lowest[j], Math.min(highest[j], value));
    }
  }

  double[] coordinates(double[] theta) {
    double[] u = new double[size];
    coordinates(theta, u);
    return u;
  }

  void coordinates(double[] theta, double[] u) {
    for (int j = 0; j < size; j++) {
      double value = logarithmic(j) ? Math.log(theta[j]) : theta[j];
      u[j] = Math.max(low[j], Math.min(high[j], value));
    }
  }

  /** dθ/du of a parameter. */
  double thetaByCoordinate(int j, double[] theta) {
    return logarithmic(j) ? theta[j] : 1;
  }

  boolean logarithmic(int j) {
    return parameters[j].low() > 0;
  }

  /** The objective in the form that is quickest to ask. */
  Objective sharpest() {
    double width = objective.width();
    return Double.isInfinite(width) ? objective : objective.rounded(width);
  }

  /** The objective's residual of a row. */
  double residual(int i, double predicted) {
    return logarithm ? Math.log(predicted) - lnMeasured[i] : (predicted - measured[i]) / unit[i];
  }

  /** Its derivative by the predicted loss. */
  double residualByLoss(int i, double predicted) {
    return 1 / (logarithm ? predicted : unit[i]);
  }

  /** Its second derivative by the predicted loss. */
  double residualByLossTwice(double predicted) {
    return logarithm ? -1 / (predicted * predicted) : 0;
  }

  double cost(double[] theta) {
    Objective objective = sharpest();
    double[] gradient = new double[size];
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      if (weight[i] > 0) {
        double predicted = rows.gradient(i, theta, gradient);
        sum += weight[i] * objective.cost(residual(i, predicted));
      }
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  /** Derivatives of row i's predicted loss by u. */
  void sensitivity(int i, double[] theta, double[] into) {
    rows.gradient(i, theta, into);
    for (int j = 0; j < size; j++) {
      into[j] *= thetaByCoordinate(j, theta);
    }
  }

  /** The cost of predictions that are right but for rounding: costs below it are all zero. */
  double negligibleCost() {
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      sum += weight[i] * objective.cost(residual(i, measured[i] * (1 + SAME_LOSS)));
    }
    return sum;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }
}
