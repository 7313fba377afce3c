package kleiber.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;

/**
 * A prediction that was made before there was anything to see.
 *
 * @param number of the seal in its file, from 1
 * @param time ISO-8601, UTC
 * @param fit file that it comes from
 * @param fitHash SHA-256 of that file
 * @param dataHash SHA-256 of the rows that were fitted
 * @param law and its settings
 * @param objective and its settings
 * @param params N of the run that is foretold; {@code counted} says of what kind, where it is known
 * @param counted a convention of counting parameters, or empty
 * @param tokens D
 * @param flops C
 * @param extra further axes
 * @param heldOut name of the held-out set, or empty
 * @param scope which runs the fit speaks of
 * @param confidence of the interval
 * @param predicted loss, nats per token
 * @param low end of the interval
 * @param high end of the interval
 * @param powerLaw what the plain power law says
 * @param twoBudgets what the line through the two largest budgets says
 * @param previous hash of the seal before; zeros for the first
 */
public record Seal(
    int number,
    String time,
    String fit,
    String fitHash,
    String dataHash,
    String law,
    String objective,
    double params,
    String counted,
    double tokens,
    double flops,
    Map<String, Double> extra,
    String heldOut,
    FitScope scope,
    double confidence,
    double predicted,
    double low,
    double high,
    double powerLaw,
    double twoBudgets,
    String previous) {
  /** Beyond this, a run is of another scale than was foretold. */
  private static final double SAME_SCALE = 0.01;

  public Seal {
    extra = Map.copyOf(extra);
  }

  /**
   * What a run is instead of what was foretold, but for its seed; empty when it is that.
   *
   * @param count parameters of the run's model
   */
  public Optional<String> difference(Run run, ParameterCount count) {
    if (!near(run.trainedTokens(), tokens)) {
      return Optional.of(
          "it is of %s tokens and not of %s"
              .formatted(Quantity.count(run.trainedTokens()), Quantity.count(tokens)));
    }
    boolean ofThatSize =
        Arrays.stream(ParameterCount.Convention.values())
            .filter(its -> counted.isEmpty() || its.name().equals(counted))
            .anyMatch(its -> near(count.under(its), params));
    if (!ofThatSize) {
      return Optional.of(
          "it has %s parameters and not %s"
              .formatted(Quantity.count(count.total()), Quantity.count(params)));
    }
    for (Map.Entry<String, Double> axis : new TreeMap<>(run.spec().model().axes()).entrySet()) {
      double foretold = extra.getOrDefault(axis.getKey(), axis.getValue());
      if (!near(axis.getValue(), foretold)) {
        return Optional.of(
            "it has %s %s and not %s"
                .formatted(
                    axis.getKey(), Quantity.count(axis.getValue()), Quantity.count(foretold)));
      }
    }
    return scope.difference(run).map(other -> "its " + other + ", of which the fit does not speak");
  }

  /** Whether a fit is one of the very rows that were fitted when this was foretold. */
  public boolean fittedLike(SavedFit fit) {
    return hash(fit.rows()).equals(dataHash);
  }

  /** Of rows that are fitted. */
  static String hash(List<Observation> rows) {
    return Hash.of(rows.stream().map(Seal::row).collect(Collectors.joining("\n")));
  }

  private static String row(Observation row) {
    Scale at = row.at();
    return String.join(
        " ",
        row.run(),
        String.valueOf(at.params()),
        String.valueOf(at.tokens()),
        String.valueOf(at.flops()),
        new TreeMap<>(at.extra()).toString(),
        String.valueOf(row.loss()));
  }

  private static boolean near(double value, double expected) {
    return Math.abs(value - expected) <= SAME_SCALE * Math.abs(expected);
  }

  Interval interval() {
    return new Interval(low, high, confidence);
  }
}
