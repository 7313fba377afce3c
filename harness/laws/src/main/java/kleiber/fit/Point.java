package kleiber.fit;

/** A place in the space of a problem's coordinates, and what every row says there. */
final class Point {
  final double[] u;
  final double[] theta;
  final double[] predicted;
  final double[] residual;

  /** Derivatives of each row's loss by θ, row after row. */
  final double[] jacobian;

  double cost;
  private final Problem problem;
  private final double[] gradient;

  Point(Problem problem) {
    this.problem = problem;
    u = new double[problem.size];
    theta = new double[problem.size];
    gradient = new double[problem.size];
    predicted = new double[problem.at.length];
    residual = new double[problem.at.length];
    jacobian = new double[problem.at.length * problem.size];
  }

  /** Asks every row again, after {@link #u} was changed. */
  void evaluate(Objective objective) {
    problem.theta(u, theta);
    int size = gradient.length;
    for (int i = 0; i < predicted.length; i++) {
      if (problem.weight[i] > 0) {
        predicted[i] = problem.rows.gradient(i, theta, gradient);
        residual[i] = problem.residual(i, predicted[i]);
        System.arraycopy(gradient, 0, jacobian, i * size, size);
      }
    }
    price(objective);
  }

  /** The cost of the same residuals under another objective. */
  void price(Objective objective) {
    double sum = 0;
    for (int i = 0; i < residual.length; i++) {
      if (problem.weight[i] > 0) {
        sum += problem.weight[i] * objective.cost(residual[i]);
      }
    }
    cost = Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  /** Mean of |residual|. */
  double typicalResidual() {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < residual.length; i++) {
      if (problem.weight[i] > 0) {
        sum += problem.weight[i] * Math.abs(residual[i]);
        weights += problem.weight[i];
      }
    }
    return sum / weights;
  }
}
