package kleiber.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.experiment.UserException;
import kleiber.observe.SavedFit;

/** What {@code --axis} says: where a run lies on axes beside N, D and C. */
final class AxisValues {
  private AxisValues() {}

  /**
   * Reads texts such as {@code streams=4}.
   *
   * @param fit whose axes a refusal names
   * @throws UserException when one is none, or an axis is given twice
   */
  static Map<String, Double> parse(List<String> texts, SavedFit fit) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      String name = text.substring(0, Math.max(0, equals)).strip();
      double value = number(text.substring(equals + 1).strip());
      if (name.isEmpty() || !Double.isFinite(value)) {
        throw new UserException(
            "--axis is '%s'; expected NAME=VALUE, such as uniqueTokens=4e9; axes that can be given for this fit: %s"
                .formatted(text, String.join(", ", fit.axes())));
      }
      if (values.put(name, value) != null) {
        throw new UserException("--axis gives " + name + " twice");
      }
    }
    return values;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
