package kleiber.observe;

import java.util.Optional;
import kleiber.experiment.UserException;

/** Numbers that a user gives and that must be positive and finite. */
public final class Positive {
  private Positive() {}

  /**
   * Refuses any other.
   *
   * @param name such as {@code --flops}
   * @throws UserException when it is not positive, or not finite
   */
  public static void require(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new UserException(name + " is " + value + " but must be positive and finite");
    }
  }

  /** The same, where a number was given. */
  public static void require(String name, Optional<Double> value) {
    value.ifPresent(given -> require(name, given));
  }
}
