package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.fit.Interval;

/**
 * How the best learning rate moves with width, lr* ∝ width^s: the parabolas of all widths over
 * ln(rate) share their curvature, so that widths whose own minimum the noise hides count too
 * ({@link MovingMinimum}). Under a parametrization that transfers (Yang et al. 2022,
 * arXiv:2203.03466) s is 0.
 *
 * @param widths ascending
 * @param lines of each width, the same model and data otherwise
 * @param rate ln lr* over ln width; losses in logarithms
 * @param slope s; its interval joins that of the quoted window of losses with what other windows
 *     would have given
 */
public record RateTransfer(
    double[] widths, List<RateLine> lines, MovingMinimum rate, Estimate slope) {
  private static final double[] OTHERS = {0.05, 0.2};

  /**
   * @param widths one for each line
   * @throws IllegalArgumentException when the lines do not determine a slope, or show no curvature
   *     beyond their scatter
   */
  public static RateTransfer fit(double[] widths, List<RateLine> lines, double confidence) {
    double quoted = NestedHyperparameterLaw.WINDOW;
    MovingMinimum rate =
        within(quoted, widths, lines, confidence)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        lines.size()
                            + " widths, each at three learning rates or more, show no curvature"
                            + " over ln(rate) beyond their scatter, or do not determine how the"
                            + " minimum moves"));
    Interval joined = rate.slopes().get(0).interval();
    for (double window : OTHERS) {
      Optional<MovingMinimum> other = within(window, widths, lines, confidence);
      if (other.isPresent()) {
        double slope = other.get().slopes().get(0).value();
        joined =
            new Interval(Math.min(joined.low(), slope), Math.max(joined.high(), slope), confidence);
      }
    }
    Estimate slope = new Estimate(rate.slopes().get(0).value(), joined);
    return new RateTransfer(widths, List.copyOf(lines), rate, slope);
  }

  private static Optional<MovingMinimum> within(
      double window, double[] widths, List<RateLine> lines, double confidence) {
    List<MovingMinimum.Value> values = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      values.addAll(lines.get(i).values(i, new double[] {Math.log(widths[i])}, window));
    }
    return MovingMinimum.fit(values, confidence).filter(MovingMinimum::isDetermined);
  }

  /** lr* at a width, with the interval of the quoted parabolas. */
  public Estimate rateAt(double width) {
    return rate.at(Math.log(width)).exp();
  }
}
