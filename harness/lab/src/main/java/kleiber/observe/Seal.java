package kleiber.observe;

import java.util.Map;
import kleiber.fit.Interval;

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
    double confidence,
    double predicted,
    double low,
    double high,
    double powerLaw,
    double twoBudgets,
    String previous) {
  public Seal {
    extra = Map.copyOf(extra);
  }

  Interval interval() {
    return new Interval(low, high, confidence);
  }
}
