package kleiber.fit;

import java.util.Arrays;
import java.util.List;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/** The objective of a law and its derivatives in coordinates u, as plainly as they can be said. */
final class PlainProblem {
  /** Relative error of a predicted loss below which two predictions are the same. */
  private static final double SAME_LOSS = 1e-9;

  final Law law;
  final Objective objective;
  final Scale[] at;
  final double[] measured;
  private final double[] standardError;
  final double[] weight;
  final int size;
  private final Parameter[] parameters;

  PlainProblem(Law law, Objective objective, List<Observation> observations) {
    this.law = law;
    this.objective = objective;
    this.at = observations.stream().map(Observation::at).toArray(Scale[]::new);
    this.measured = observations.stream().mapToDouble(Observation::loss).toArray();
    this.standardError = observations.stream().mapToDouble(Observation::standardError).toArray();
    this.weight = ones(observations.size());
    this.parameters = law.parameters().toArray(Parameter[]::new);
    this.size = parameters.length;
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
        sum += weight[i] * objective.cost(residual(i, law.loss(at[i], theta)));
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
        double predicted = law.loss(at[i], theta);
        sum += weight[i] * objective.cost(residual(i, predicted));
        double slope = weight[i] * slope(i, predicted);
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
        double curvature = weight[i] * curvature(i, law.loss(at[i], theta));
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

  private double residual(int i, double predicted) {
    return objective.residual().of(predicted, measured[i], standardError[i]);
  }

  /** The derivative of a row's cost by its predicted loss. */
  private double slope(int i, double predicted) {
    double byLoss =
        switch (objective.residual()) {
          case LOGARITHM -> 1 / predicted;
          case LOSS -> 1;
          case STANDARD_ERRORS -> 1 / standardError[i];
        };
    return objective.slope(residual(i, predicted)) * byLoss;
  }

  /** Curvature of the parabola around the measured loss that has the objective's slope. */
  private double curvature(int i, double predicted) {
    double nearest = SAME_LOSS * Math.max(Math.abs(measured[i]), SAME_LOSS);
    double distance = predicted - measured[i];
    if (Math.abs(distance) < nearest) {
      distance = nearest;
    }
    return slope(i, measured[i] + distance) / distance;
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
