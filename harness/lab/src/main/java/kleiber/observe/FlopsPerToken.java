package kleiber.observe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.laws.Observation;

/**
 * C / D as a function of N, read off a table: a straight line in logarithms between the sizes that
 * were trained, and C proportional to N D beyond them. Under C = 6ND it is 6 N.
 *
 * <p>A question such as "which N is best at this C" needs it, since attention and the head make C
 * differ from 6ND by a factor that depends on size.
 */
public final class FlopsPerToken {
  private final TreeMap<Double, Double> logByLogParams;

  private FlopsPerToken(TreeMap<Double, Double> logByLogParams) {
    this.logByLogParams = logByLogParams;
  }

  /**
   * Reads the sizes of a table.
   *
   * @throws IllegalArgumentException when it is empty
   */
  public static FlopsPerToken of(List<Observation> observations) {
    if (observations.isEmpty()) {
      throw new IllegalArgumentException("there are no observations to read FLOPs from");
    }
    Map<Double, Double> logs =
        observations.stream()
            .collect(
                Collectors.groupingBy(
                    row -> Math.log(row.at().params()),
                    Collectors.averagingDouble(
                        row -> Math.log(row.at().flops() / row.at().tokens()))));
    return new FlopsPerToken(new TreeMap<>(logs));
  }

  /** C / D of a model of N parameters. */
  public double at(double params) {
    double x = Math.log(params);
    var below = logByLogParams.floorEntry(x);
    var above = logByLogParams.ceilingEntry(x);
    if (below == null || above == null) {
      var end = below == null ? above : below;
      return Math.exp(end.getValue() + x - end.getKey());
    }
    double span = above.getKey() - below.getKey();
    double share = span == 0 ? 0 : (x - below.getKey()) / span;
    return Math.exp(below.getValue() + share * (above.getValue() - below.getValue()));
  }
}
