package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;

/**
 * What clusters of runs that lie far off the law do to a fit: it is fitted again without each of
 * them. Those that pull a parameter the same way hide one another, so they are also taken out
 * together: five of the 245 points of Besiroglu et al. 2024 move β from .45 to .37.
 *
 * @param fitted the fit to all observations
 * @param clusters one for each cluster of the observations, in their order
 * @param groups far clusters that pull a parameter one way, strongest pull first
 */
public record Influence(FittedLaw fitted, List<Cluster> clusters, List<Group> groups) {
  /** Robust standard deviations off the law from which a cluster is far. */
  private static final double FAR = 4;

  /** A median of absolute normal deviates times this is their standard deviation. */
  private static final double NORMAL = 1.4826;

  /**
   * One cluster.
   *
   * @param rows how many observations it has
   * @param deviations how far its furthest row lies from the law, in robust standard deviations of
   *     ln L, above it positive
   */
  public record Cluster(String name, int rows, double deviations) {
    boolean far() {
      return Math.abs(deviations) >= FAR;
    }
  }

  /**
   * Far clusters that all pull a parameter one way.
   *
   * @param parameter index into the law's parameters
   * @param clusters their names, furthest first
   * @param with the parameter of the fit to all observations
   * @param without the parameter of the fit without all of them
   * @param standardErrors what that moves it by, in standard errors of the fit without them
   */
  public record Group(
      int parameter, List<String> clusters, double with, double without, double standardErrors) {
    public Group {
      clusters = List.copyOf(clusters);
    }
  }

  public Influence {
    clusters = List.copyOf(clusters);
    groups = List.copyOf(groups);
  }

  /**
   * @throws IllegalArgumentException when there is no fit, or only one cluster
   */
  public static Influence of(LawFitter fitter, FittedLaw fitted, List<Observation> observations) {
    List<int[]> rows = clusters(fitted, observations);
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    Refitter refitter = new Refitter(problem, fitted.theta(), observations);
    return of(
        refitter, problem, fitted, observations, c -> refitter.refit(problem.without(rows.get(c))));
  }

  /**
   * The same where the fits without each cluster are there already.
   *
   * @param jackknife as {@link #jackknife} gives them
   */
  public static Influence of(
      LawFitter fitter, FittedLaw fitted, List<Observation> observations, double[][] jackknife) {
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    Refitter refitter = new Refitter(problem, fitted.theta(), observations);
    return of(refitter, problem, fitted, observations, c -> jackknife[c]);
  }

  private static Influence of(
      Refitter refitter,
      Problem problem,
      FittedLaw fitted,
      List<Observation> observations,
      IntFunction<double[]> refitWithout) {
    List<int[]> rows = clusters(fitted, observations);
    double[] residuals =
        observations.stream()
            .mapToDouble(row -> Math.log(row.loss() / fitted.loss(row.at())))
            .toArray();
    double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
    double deviation = NORMAL * sizes[sizes.length / 2];
    List<Cluster> clusters =
        rows.stream()
            .map(
                its ->
                    new Cluster(
                        observations.get(its[0]).cluster(),
                        its.length,
                        furthest(its, residuals) / deviation))
            .toList();
    List<Integer> far =
        IntStream.range(0, clusters.size())
            .filter(c -> clusters.get(c).far())
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -Math.abs(clusters.get(c).deviations)))
            .toList();
    List<double[]> without = Each.of(far).map(refitWithout::apply).toList();
    List<Group> groups = new ArrayList<>();
    for (int j = 0; j < fitted.theta().length; j++) {
      for (int way : new int[] {-1, 1}) {
        int index = j;
        List<Integer> pulling =
            IntStream.range(0, far.size())
                .filter(k -> way * (without.get(k)[index] - fitted.theta()[index]) > 0)
                .mapToObj(far::get)
                .toList();
        if (!pulling.isEmpty()) {
          groups.add(group(problem, refitter, fitted, clusters, rows, pulling, j));
        }
      }
    }
    groups.sort(Comparator.comparingDouble(Group::standardErrors).reversed());
    return new Influence(fitted, clusters, groups);
  }

  private static Group group(
      Problem problem,
      Refitter refitter,
      FittedLaw fitted,
      List<Cluster> clusters,
      List<int[]> rows,
      List<Integer> far,
      int j) {
    int[] out = far.stream().flatMapToInt(c -> Arrays.stream(rows.get(c))).toArray();
    Problem rest = problem.without(out);
    double[] theta = refitter.refit(rest);
    double moved = rest.coordinates(fitted.theta())[j] - rest.coordinates(theta)[j];
    return new Group(
        j,
        far.stream().map(c -> clusters.get(c).name).toList(),
        fitted.theta()[j],
        theta[j],
        Math.abs(moved) / Information.of(rest, theta).standardErrors()[j]);
  }

  private static double furthest(int[] rows, double[] residuals) {
    double furthest = 0;
    for (int row : rows) {
      if (Math.abs(residuals[row]) > Math.abs(furthest)) {
        furthest = residuals[row];
      }
    }
    return furthest;
  }

  /**
   * The parameters of the fits without each cluster in turn, in order of appearance: the influence
   * of each, and the jackknife. As many fits as there are clusters.
   *
   * @throws IllegalArgumentException when there is no fit, or only one cluster
   */
  public static double[][] jackknife(
      LawFitter fitter, FittedLaw fitted, List<Observation> observations) {
    List<int[]> rows = clusters(fitted, observations);
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    Refitter refitter = new Refitter(problem, fitted.theta(), observations);
    return Each.of(rows).map(its -> refitter.refit(problem.without(its))).toArray(double[][]::new);
  }

  private static List<int[]> clusters(FittedLaw fitted, List<Observation> observations) {
    Observations.checkFitted(fitted, observations);
    List<int[]> rows = Clusters.of(observations, Observation::cluster);
    if (rows.size() < 2) {
      throw new IllegalArgumentException(
          "All observations are of one cluster of runs, "
              + observations.get(0).cluster()
              + "; influence compares fits without one of several.");
    }
    return rows;
  }

  /** The groups that move a parameter by more than a standard error, in sentences. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (Group group : groups) {
      if (group.standardErrors > 1) {
        Parameter parameter = fitted.law().parameters().get(group.parameter);
        sentences.add(
            String.format(
                Locale.ROOT,
                "%d of %d clusters of runs move %s from %s to %s, which is %.1f standard"
                    + " errors: %s.",
                group.clusters.size(),
                clusters.size(),
                parameter.name(),
                Digits.of(group.without, 3),
                Digits.of(group.with, 3),
                group.standardErrors,
                String.join(", ", group.clusters)));
      }
    }
    return sentences;
  }
}
