package kleiber.design;

/**
 * How far losses lie from a law: runs scatter, and the law's own form errs, smoothly over scales. A
 * law without the second part would have a design of many runs that are cheap because they are far
 * from what is to be foretold.
 *
 * @param noise standard deviation of ln L from run to run
 * @param form standard deviation of ln L by which the law's form errs
 * @param reach how far in ln N or ln D two scales are whose errors of form have little in common
 */
public record Scatter(double noise, double form, double reach) {
  /**
   * The error of form over the noise. Chinchilla's law and others, fitted to 404 runs of Farseer's,
   * were foretold best by designs with three and more, half as well without.
   */
  private static final double FORM_BY_NOISE = 3;

  /** A factor of about five. */
  private static final double REACH = 1.5;

  public Scatter {
    require("noise", noise);
    require("form", form);
    if (!(reach > 0)) {
      throw new IllegalArgumentException("reach is " + reach + " but must be positive");
    }
  }

  private static void require(String name, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is " + value + " but must be a standard deviation of ln L, such as 0.005");
    }
  }

  /**
   * Of both parts together as residuals show them.
   *
   * @param deviation of ln L about a fitted law
   */
  public static Scatter of(double deviation) {
    double noise = deviation / Math.hypot(1, FORM_BY_NOISE);
    return new Scatter(noise, FORM_BY_NOISE * noise, REACH);
  }

  /** Of both parts together. */
  public double deviation() {
    return Math.hypot(noise, form);
  }
}
