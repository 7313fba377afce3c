package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import kleiber.laws.Law;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * What a solver sees: the objective of a law over weighted rows, and its derivatives in coordinates
 * u. A parameter whose range is positive has u = ln θ, since amplitudes span decades and trade off
 * with exponents along a line in ln A but along a curve in A; any other has u = θ.
 */
final class Problem {
  /** Relative error of a predicted loss below which two predictions are the same. */
  private static final double SAME_LOSS = 1e-9;

  final Law law;
  final Objective objective;
  final Scale[] at;
  final double[] measured;
  final double[] weight;
  final int size;
  private final Parameter[] parameters;

  /** Of a law that is linear in them; else none. */
  private final int[] amplitudes;

  Problem(Law law, Objective objective, List<Observation> observations) {
    this(
        law,
        objective,
        observations.stream().map(Observation::at).toArray(Scale[]::new),
        observations.stream().mapToDouble(Observation::loss).toArray(),
        ones(observations.size()));
  }

  private Problem(Law law, Objective objective, Scale[] at, double[] measured, double[] weight) {
    this.law = law;
    this.objective = objective;
    this.at = at;
    this.measured = measured;
    this.weight = weight;
    this.parameters = law.parameters().toArray(Parameter[]::new);
    this.size = parameters.length;
    this.amplitudes = law instanceof LinearInAmplitudes linear ? linear.amplitudes() : new int[0];
  }

  /** The same rows, each counted so many times. */
  Problem weighted(double[] weight) {
    return new Problem(law, objective, at, measured, weight);
  }

  /** The same rows with other losses. */
  Problem measuring(double[] measured) {
    return new Problem(law, objective, at, measured, weight);
  }

  double low(int j) {
    return logarithmic(j) ? Math.log(parameters[j].low()) : parameters[j].low();
  }

  double high(int j) {
    return logarithmic(j) ? Math.log(parameters[j].high()) : parameters[j].high();
  }

  double[] theta(double[] u) {
    double[] theta = new double[size];
    for (int j = 0; j < size; j++) {
      double value = logarithmic(j) ? Math.exp(u[j]) : u[j];
      theta[j] = Math.max(parameters[j].low(), Math.min(parameters[j].high(), value));
    }
    return theta;
  }

  double[] coordinates(double[] theta) {
    double[] u = new double[size];
    for (int j = 0; j < size; j++) {
      double value = logarithmic(j) ? Math.log(theta[j]) : theta[j];
      u[j] = Math.max(low(j), Math.min(high(j), value));
    }
    return u;
  }

  double cost(double[] theta) {
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      if (weight[i] > 0) {
        sum += weight[i] * objective.cost(law.loss(at[i], theta), measured[i]);
      }
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  /** The cost at u; its derivatives by u go into {@code gradient}. */
  double costAndGradient(double[] u, double[] gradient) {
    double[] theta = theta(u);
    double[] byTheta = new double[size];
    Arrays.fill(gradient, 0);
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      if (weight[i] > 0) {
        law.gradient(at[i], theta, byTheta);
        double predicted = loss(i, theta, byTheta);
        sum += weight[i] * objective.cost(predicted, measured[i]);
        double slope = weight[i] * objective.slope(predicted, measured[i]);
        for (int j = 0; j < size; j++) {
          gradient[j] += slope * byTheta[j];
        }
      }
    }
    for (int j = 0; j < size; j++) {
      gradient[j] *= thetaByCoordinate(j, theta);
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  /**
   * The Gauss–Newton matrix at u, with each row's cost replaced by the parabola through its minimum
   * that has the same slope here (iterated reweighting).
   */
  double[][] metric(double[] u) {
    double[] theta = theta(u);
    double[] row = new double[size];
    double[][] metric = new double[size][size];
    for (int i = 0; i < at.length; i++) {
      if (weight[i] > 0) {
        sensitivity(i, theta, row);
        double curvature = weight[i] * curvature(law.loss(at[i], theta), measured[i]);
        for (int j = 0; j < size; j++) {
          for (int k = 0; k <= j; k++) {
            metric[j][k] += curvature * row[j] * row[k];
          }
        }
      }
    }
    for (int j = 0; j < size; j++) {
      for (int k = 0; k < j; k++) {
        metric[k][j] = metric[j][k];
      }
    }
    return metric;
  }

  /** Derivatives of row i's predicted loss by u. */
  void sensitivity(int i, double[] theta, double[] into) {
    law.gradient(at[i], theta, into);
    for (int j = 0; j < size; j++) {
      into[j] *= thetaByCoordinate(j, theta);
    }
  }

  /** Curvature of the parabola around {@code measured} that has the objective's slope. */
  double curvature(double predicted, double measured) {
    double nearest = SAME_LOSS * measured;
    double distance = predicted - measured;
    if (Math.abs(distance) < nearest) {
      distance = nearest;
    }
    return objective.slope(measured + distance, measured) / distance;
  }

  /** The cost of predictions that are right but for rounding: costs below it are all zero. */
  double negligibleCost() {
    double sum = 0;
    for (int i = 0; i < at.length; i++) {
      sum += weight[i] * objective.cost(measured[i] * (1 + SAME_LOSS), measured[i]);
    }
    return sum;
  }

  /** Predicted loss of row i, from the gradient alone where the law is linear in amplitudes. */
  private double loss(int i, double[] theta, double[] gradient) {
    if (amplitudes.length > 0) {
      double loss = 0;
      for (int k : amplitudes) {
        loss += theta[k] * gradient[k];
      }
      return loss;
    }
    return law.loss(at[i], theta);
  }

  private boolean logarithmic(int j) {
    return parameters[j].low() > 0;
  }

  private double thetaByCoordinate(int j, double[] theta) {
    return logarithmic(j) ? theta[j] : 1;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }
}
