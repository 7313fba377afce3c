package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.laws.Typical;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * What the data can say about the parameters of a fit.
 *
 * @param sentence what a user must know; empty when CONVERGED
 * @param unknown indices of the parameters that cannot be known; empty unless NOT_IDENTIFIED
 */
record Identification(Outcome outcome, String sentence, Set<Integer> unknown) {
  /** Below this share of the largest singular value a direction leaves no trace in the losses. */
  private static final double NO_TRACE = 1e-8;

  /** The same away from the optimum, where only what no scale can show leaves none at all. */
  private static final double NO_TRACE_ANYWHERE = 1e-12;

  /** Share of a parameter in such a direction from which it counts as unknown. */
  private static final double TAKES_PART = 1e-3;

  /** Standard error, as a share of a parameter's range, from which it counts as unknown. */
  private static final double VAGUE = 0.1;

  static Identification of(Problem problem, double[] theta) {
    List<Parameter> parameters = problem.law.parameters();
    long scales = Arrays.stream(problem.at).distinct().count();
    if (scales < parameters.size()) {
      return new Identification(
          Outcome.NOT_IDENTIFIED,
          count(problem.at.length, "observation")
              + " at "
              + count(scales, "distinct scale")
              + " cannot determine the "
              + parameters.size()
              + " parameters of "
              + problem.law.formula()
              + ".",
          Set.copyOf(allOf(parameters.size())));
    }
    List<Integer> inside = new ArrayList<>();
    List<String> onBound = new ArrayList<>();
    for (int j = 0; j < theta.length; j++) {
      Parameter parameter = parameters.get(j);
      double rounding = 1e-9 * Math.abs(theta[j]);
      if (theta[j] <= parameter.low() + rounding || theta[j] >= parameter.high() - rounding) {
        onBound.add(
            "%s = %s lies on the bound of its range [%s, %s]"
                .formatted(
                    parameter.name(),
                    Digits.of(theta[j], 4),
                    Digits.of(parameter.low(), 4),
                    Digits.of(parameter.high(), 4)));
      } else {
        inside.add(j);
      }
    }
    Set<Integer> unknown = new TreeSet<>(withoutTrace(problem, theta, inside, NO_TRACE));
    unknown.addAll(
        withoutTrace(problem, typical(problem), allOf(parameters.size()), NO_TRACE_ANYWHERE));
    if (!unknown.isEmpty()) {
      return new Identification(
          Outcome.NOT_IDENTIFIED,
          oneScale(problem)
              + "the data cannot tell apart "
              + names(parameters, unknown)
              + ": only predictions within the range of the data mean anything.",
          unknown);
    }
    if (!onBound.isEmpty()) {
      return new Identification(
          Outcome.BOUND_HIT,
          String.join("; ", onBound)
              + ": the data pull it further, so neither it nor what trades off with it means"
              + " much.",
          Set.of());
    }
    List<Integer> vague = vague(problem, theta);
    if (!vague.isEmpty()) {
      return new Identification(
          Outcome.NOT_IDENTIFIED,
          "The objective is a flat valley: "
              + names(parameters, vague)
              + " could be almost anything within the noise.",
          Set.copyOf(vague));
    }
    return new Identification(Outcome.CONVERGED, "", Set.of());
  }

  /** Parameters that can be moved together without any prediction changing. */
  private static List<Integer> withoutTrace(
      Problem problem, double[] theta, List<Integer> inside, double noTrace) {
    if (inside.isEmpty()) {
      return List.of();
    }
    double[][] columns = new double[problem.at.length][inside.size()];
    double[] row = new double[theta.length];
    double[] norm = new double[inside.size()];
    for (int i = 0; i < columns.length; i++) {
      problem.sensitivity(i, theta, row);
      for (int k = 0; k < norm.length; k++) {
        columns[i][k] = row[inside.get(k)] * problem.residualByLoss(i, problem.measured[i]);
        norm[k] += columns[i][k] * columns[i][k];
      }
    }
    for (double[] column : columns) {
      for (int k = 0; k < norm.length; k++) {
        column[k] /= norm[k] > 0 ? Math.sqrt(norm[k]) : 1;
      }
    }
    RealMatrix tall = new Array2DRowRealMatrix(columns, false);
    boolean reduce = columns.length > norm.length; // to what has the same singular values
    RealMatrix small =
        reduce
            ? new QRDecomposition(tall).getR().getSubMatrix(0, norm.length - 1, 0, norm.length - 1)
            : tall;
    var svd = new SingularValueDecomposition(small);
    double[] singular = svd.getSingularValues();
    List<Integer> unknown = new ArrayList<>();
    for (int k = 0; k < norm.length; k++) {
      for (int direction = 0; direction < singular.length; direction++) {
        if (singular[direction] <= noTrace * singular[0]
            && Math.abs(svd.getV().getEntry(k, direction)) > TAKES_PART) {
          unknown.add(inside.get(k));
          break;
        }
      }
    }
    return unknown;
  }

  /** Usual constants, or the middle of all ranges, with terms of about the size of the losses. */
  private static double[] typical(Problem problem) {
    double[] u = new double[problem.size];
    for (int j = 0; j < u.length; j++) {
      u[j] = (problem.low(j) + problem.high(j)) / 2;
    }
    double[] theta = problem.law instanceof Typical known ? known.typical() : problem.theta(u);
    double[] basis = new double[theta.length];
    int middle = problem.at.length / 2;
    problem.rows.gradient(middle, theta, basis);
    for (int k : problem.amplitudes) {
      theta[k] = problem.measured[middle] / problem.amplitudes.length / basis[k];
    }
    return theta;
  }

  private static List<Integer> allOf(int parameters) {
    return IntStream.range(0, parameters).boxed().toList();
  }

  /** Parameters whose standard error, by the curvature at the optimum, is a large part of range. */
  private static List<Integer> vague(Problem problem, double[] theta) {
    double[] standardErrors = Information.of(problem, theta).standardErrors();
    List<Integer> vague = new ArrayList<>();
    for (int j = 0; j < theta.length; j++) {
      if (standardErrors[j] > VAGUE * (problem.high(j) - problem.low(j))) {
        vague.add(j);
      }
    }
    return vague;
  }

  private static String oneScale(Problem problem) {
    if (isConstant(problem, Scale::params)) {
      return "All observations have the same N, " + problem.at[0].params() + "; ";
    }
    if (isConstant(problem, Scale::tokens)) {
      return "All observations have the same D, " + problem.at[0].tokens() + "; ";
    }
    if (isConstant(problem, Scale::flops)) {
      return "All observations have the same C, " + problem.at[0].flops() + "; ";
    }
    return "As the scales were chosen, ";
  }

  private static boolean isConstant(Problem problem, ToDoubleFunction<Scale> axis) {
    return Arrays.stream(problem.at).mapToDouble(axis).distinct().count() == 1;
  }

  private static String count(long many, String what) {
    return many + " " + what + (many == 1 ? "" : "s");
  }

  private static String names(List<Parameter> parameters, Collection<Integer> indices) {
    return indices.stream().map(j -> parameters.get(j).name()).collect(Collectors.joining(", "));
  }
}
