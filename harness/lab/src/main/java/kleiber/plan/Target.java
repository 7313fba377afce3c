package kleiber.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.experiment.UserException;
import kleiber.fit.ScaleAxis;
import kleiber.laws.Scale;
import kleiber.observe.FlopsPerToken;
import kleiber.observe.Reach;

/**
 * A run that is to be foretold.
 *
 * @param params N, as the fit counts them
 * @param tokens D
 */
public record Target(double params, double tokens) {
  private static final String EXPECTED =
      "expected params=N,tokens=D, such as params=1e8,tokens=2e9";

  public Target {
    Reach.require("params of the target", ScaleAxis.PARAMS, params);
    Reach.require("tokens of the target", ScaleAxis.TOKENS, tokens);
  }

  /**
   * Reads a target.
   *
   * @throws UserException when the text is none
   */
  public static Target parse(String text) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      try {
        values.put(
            part.substring(0, Math.max(0, equals)).strip(),
            Double.valueOf(part.substring(equals + 1).strip()));
      } catch (NumberFormatException e) {
        throw new UserException("--target " + text + ": '" + part + "'; " + EXPECTED, e);
      }
    }
    Double params = values.remove("params");
    Double tokens = values.remove("tokens");
    if (params == null || tokens == null || !values.isEmpty()) {
      throw new UserException("--target " + text + ": " + EXPECTED);
    }
    return new Target(params, tokens);
  }

  /**
   * Where it lies, as runs count compute; no token is seen twice.
   *
   * @param beside runs like it but in size and length: the first has its further axes
   */
  Scale scale(FlopsPerToken flopsPerToken, List<Scale> beside) {
    Map<String, Double> axes = new LinkedHashMap<>(beside.getFirst().extra());
    axes.put(Scale.UNIQUE_TOKENS, tokens);
    return new Scale(params, tokens, tokens * flopsPerToken.at(params), axes);
  }
}
