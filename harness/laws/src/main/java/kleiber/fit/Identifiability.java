package kleiber.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Which parameters of a fit the data determine, and along which direction the others trade off.
 *
 * @param verdicts one for each parameter of the law, in order
 * @param tradeOff the sloppiest direction in words: what can move together at the price of one
 *     standard deviation; empty where a single parameter moves
 */
public record Identifiability(List<Verdict> verdicts, String tradeOff) {
  /** An interval of a factor wider than this leaves a parameter only weakly known. */
  private static final double WIDE = 2;

  /** The same for a parameter that may be zero: share of its own size. */
  private static final double WIDE_SHARE = 0.5;

  /** Share of the longest component of a direction from which a parameter takes part. */
  private static final double TAKES_PART = 0.1;

  /** Range of a factor from which a change is told as a factor. */
  private static final double DECADES = 1e6;

  /** Share of the stiffest direction's information below which a direction is free. */
  private static final double NO_TRACE = 1e-15;

  /** How well a parameter is known. */
  public enum Degree {
    /** Its interval is closed and narrow. */
    IDENTIFIED,
    /** Its interval is closed and spans a factor of two or more. */
    WEAK,
    /** Values as far as an end of its range fit as well, or others can make up for it. */
    NOT
  }

  /**
   * The verdict on one parameter.
   *
   * @param profile what it rests on
   */
  public record Verdict(Parameter parameter, Degree degree, Profile profile) {
    /** In words, such as {@code beta is weakly identified: 0.2 to 0.9 fit (90 %)}. */
    public String sentence() {
      Interval interval = profile.interval();
      String range =
          String.format(
              Locale.ROOT,
              "%s to %s fit (%.0f %%)",
              Digits.of(interval.low(), 4),
              Digits.of(interval.high(), 4),
              100 * interval.confidence());
      return parameter.name()
          + switch (degree) {
            case IDENTIFIED -> " is identified: " + range;
            case WEAK -> " is weakly identified: " + range;
            case NOT ->
                " is not identified: "
                    + (profile.openBelow() || profile.openAbove()
                        ? range + ", to the end of its range"
                        : "other parameters can make up for it");
          };
    }
  }

  public Identifiability {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * @param confidence of the profiles, such as 0.9
   * @throws IllegalArgumentException when there is no fit, or there are no more observations than
   *     parameters
   */
  public static Identifiability of(
      LawFitter fitter, FittedLaw fitted, List<Observation> observations, double confidence) {
    Problem problem = new Problem(fitted.law(), fitter.objective(), observations);
    Search search = Search.of(problem);
    Set<Integer> unknown =
        Identification.of(search.problem(problem), search.of(fitted.theta())).unknown();
    List<Integer> parameters = IntStream.range(0, fitted.theta().length).boxed().toList();
    List<Verdict> verdicts =
        Each.of(parameters)
            .map(j -> Profile.of(fitter, fitted, observations, j, confidence))
            .map(profile -> verdict(fitted, profile, unknown.contains(profile.parameter())))
            .toList();
    return new Identifiability(verdicts, tradeOff(problem, fitted.theta()));
  }

  /** The parameters of a degree. */
  public List<Parameter> all(Degree degree) {
    return verdicts.stream()
        .filter(verdict -> verdict.degree == degree)
        .map(Verdict::parameter)
        .toList();
  }

  private static Verdict verdict(FittedLaw fitted, Profile profile, boolean unknown) {
    Parameter parameter = fitted.law().parameters().get(profile.parameter());
    Interval interval = profile.interval();
    boolean wide =
        parameter.low() > 0
            ? interval.high() > WIDE * interval.low()
            : interval.high() - interval.low()
                > WIDE_SHARE * Math.abs(fitted.theta()[profile.parameter()]);
    boolean open = unknown || profile.openBelow() || profile.openAbove();
    return new Verdict(
        parameter, open ? Degree.NOT : wide ? Degree.WEAK : Degree.IDENTIFIED, profile);
  }

  private static String tradeOff(Problem problem, double[] theta) {
    Information information = Information.of(problem, theta);
    var eigen = new EigenDecomposition(new Array2DRowRealMatrix(information.matrix()));
    double[] values = eigen.getRealEigenvalues();
    int sloppiest =
        IntStream.range(0, values.length)
            .boxed()
            .min(Comparator.comparingDouble(k -> values[k]))
            .orElseThrow();
    double[] direction = eigen.getEigenvector(sloppiest).toArray();
    double stiffest = Arrays.stream(values).max().orElseThrow();
    boolean free = values[sloppiest] <= NO_TRACE * stiffest;
    double length = free ? 0 : Math.sqrt(information.variance() / values[sloppiest]);
    double longest = 0;
    for (double component : direction) {
      longest = Math.max(longest, Math.abs(component));
    }
    List<String> names = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    double sign = 0;
    for (int j = 0; j < direction.length; j++) {
      if (Math.abs(direction[j]) >= TAKES_PART * longest) {
        sign = sign == 0 ? Math.signum(direction[j]) : sign;
        Parameter parameter = problem.law.parameters().get(j);
        names.add(parameter.name());
        changes.add(change(problem, parameter, j, theta, sign * length * direction[j]));
      }
    }
    if (names.size() < 2) {
      return "";
    }
    int last = names.size() - 1;
    String which = String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    return free
        ? which + " trade off freely: the data cannot tell them apart"
        : which + " trade off: " + String.join(" with ", changes) + " costs one standard deviation";
  }

  private static String change(
      Problem problem, Parameter parameter, int j, double[] theta, double u) {
    if (problem.logarithmic(j) && parameter.high() / parameter.low() >= DECADES) {
      return parameter.name() + " ×" + Digits.of(Math.exp(u), 3);
    }
    double moved = problem.logarithmic(j) ? theta[j] * Math.expm1(u) : u;
    return parameter.name() + (moved < 0 ? " " : " +") + Digits.of(moved, 2);
  }
}
