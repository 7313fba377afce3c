package kleiber.cli;

import kleiber.experiment.UserException;

/** Shares of a loss as options give them: {@code 1%} and {@code 0.01} are one. */
final class Shares {
  private Shares() {}

  static double parse(String option, String text) {
    String number = text.strip();
    boolean percent = number.endsWith("%");
    try {
      double value =
          Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
      double share = percent ? value / 100 : value;
      if (share > 0 && share < 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserException(
        option + " is '" + text + "' but must be a share of the loss, such as 1% or 0.01");
  }
}
