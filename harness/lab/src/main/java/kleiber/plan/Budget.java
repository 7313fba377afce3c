package kleiber.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.experiment.UserException;
import kleiber.observe.Quantity;

/**
 * What may be spent.
 *
 * @param amount seconds of the whole workplace, or FLOPs
 */
public record Budget(double amount, Unit unit) {
  /** What is counted. */
  public enum Unit {
    SECONDS,
    FLOPS
  }

  private static final Pattern TIME = Pattern.compile("([0-9.eE+-]+)\\s*(s|m|min|h|d)");

  public Budget {
    if (!(amount > 0 && amount < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the budget is " + amount + " but must be above 0");
    }
  }

  /**
   * Reads a budget.
   *
   * @throws UserException when the text is none
   */
  public static Budget parse(String text) {
    try {
      Matcher time = TIME.matcher(text.strip());
      if (!time.matches()) {
        return new Budget(Double.parseDouble(text.strip()), Unit.FLOPS);
      }
      double factor =
          switch (time.group(2)) {
            case "s" -> 1;
            case "m", "min" -> 60;
            case "h" -> 3600;
            default -> 86_400;
          };
      return new Budget(factor * Double.parseDouble(time.group(1)), Unit.SECONDS);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "--budget is '"
              + text
              + "'; expected a time, such as 90s, 45min, 2h or 1.5d, or FLOPs, such as 1e15",
          e);
    }
  }

  Budget times(double factor) {
    return new Budget(factor * amount, unit);
  }

  /** {@code 2 h}, {@code 45 min} or {@code 1e15 FLOPs}. */
  public String words() {
    if (unit == Unit.FLOPS) {
      return Quantity.count(amount) + " FLOPs";
    }
    return amount < 60
        ? Quantity.significant(amount, 2) + " s"
        : amount < 3600
            ? Quantity.significant(amount / 60, 2) + " min"
            : Quantity.significant(amount / 3600, 2) + " h";
  }
}
