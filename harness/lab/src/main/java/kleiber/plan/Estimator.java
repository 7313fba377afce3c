package kleiber.plan;

import kleiber.fit.Interval;

/**
 * A way to answer a question from a grid's losses.
 *
 * @param name as tables show it
 * @param truth in the world where the losses were made
 * @param method applied to one draw of the grid
 */
record Estimator(String name, Estimand estimand, double truth, Method method) {
  /** From losses to a number with its interval. */
  @FunctionalInterface
  interface Method {
    /**
     * @throws IllegalArgumentException when the grid does not allow it; the message says why
     */
    Answer of(MadeGrid grid);
  }

  /**
   * What came out.
   *
   * @param meant what the interval was meant to hold: the truth, or the loss of a new run
   */
  record Answer(double value, Interval interval, double meant) {}
}
