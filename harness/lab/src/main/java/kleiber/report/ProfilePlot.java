package kleiber.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.fit.FittedLaw;
import kleiber.fit.Identifiability;
import kleiber.fit.Interval;
import kleiber.laws.Parameter;
import kleiber.observe.Quantity;

/** What each parameter of the law costs elsewhere, all others fitted again: a panel for each. */
final class ProfilePlot {
  private static final double HEIGHT = 130;
  private static final double GAP = 18;
  private static final double BETWEEN = 78;
  private static final int STEPS = 24;

  /** How far beyond its interval a parameter is looked at, as a share of the way there. */
  private static final double BEYOND = 0.4;

  /** How far up a panel reaches, in what the ends of an interval cost more than the fit. */
  private static final double REACH = 2.2;

  private ProfilePlot() {}

  static Optional<Figure> of(Scene scene, Layout layout) {
    if (scene.identifiability().isEmpty()) {
      return Optional.empty();
    }
    Identifiability known = scene.identifiability().get();
    FittedLaw fitted = scene.foretelling().usable().orElseThrow();
    Refits refits = scene.refits().orElseThrow();
    int columns = layout == Layout.WIDE ? 3 : 1;
    int rows = (known.verdicts().size() + columns - 1) / columns;
    double row = HEIGHT + Layout.AXIS + GAP;
    double width = (layout.width - layout.left - GAP - (columns - 1) * BETWEEN) / columns;
    Svg svg =
        layout.figure(
            "profiles",
            Layout.TOP + rows * row - Layout.AXIS - GAP,
            "Profiles of the parameters",
            "For each of the %d parameters of the law: the lowest objective with the parameter held at a value, as a multiple of the best, over its interval and beyond."
                .formatted(known.verdicts().size()));
    double allowed = allowed(refits, known);
    for (int index = 0; index < known.verdicts().size(); index++) {
      double left = layout.left + index % columns * (width + BETWEEN);
      double top = Layout.TOP + index / columns * row;
      panel(svg, refits, fitted, known.verdicts().get(index), allowed, left, top, width);
    }
    double confidence = scene.data().confidence();
    return Optional.of(
        new Figure(
            svg,
            "The objective with one parameter held and all others fitted again, over its lowest value; shaded is the %s interval of a likelihood-ratio test, the broken line the cost that it allows, the ring the fit. A flat profile is a parameter that the runs do not determine."
                .formatted(Quantity.percent(confidence))));
  }

  private static void panel(
      Svg svg,
      Refits refits,
      FittedLaw fitted,
      Identifiability.Verdict verdict,
      double allowed,
      double left,
      double top,
      double width) {
    Parameter parameter = verdict.parameter();
    int index = verdict.profile().parameter();
    Interval interval = verdict.profile().interval();
    double best = fitted.theta()[index];
    boolean logarithmic = parameter.low() > 0 && interval.low() > 0;
    Axis x = axis(parameter, interval, best, logarithmic);
    double more = allowed - 1;
    Axis y = new Axis("Cost", 1 - more / 5, 1 + REACH * more, false);
    String name = Formula.letters(parameter.name());
    Plot plot =
        new Plot(svg, left, top, width, HEIGHT, new Axis(name, x.low(), x.high(), logarithmic), y);
    plot.band(
        List.of(
            new double[] {interval.low(), y.low(), y.high()},
            new double[] {interval.high(), y.low(), y.high()}),
        Mark.BAND);
    double[] values = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      double share = (double) i / STEPS;
      values[i] =
          logarithmic
              ? x.low() * Math.pow(x.high() / x.low(), share)
              : x.low() + share * (x.high() - x.low());
    }
    double[] costs = refits.costs(index, values);
    List<double[]> curve = new ArrayList<>();
    for (int i = 0; i <= STEPS; i++) {
      if (costs[i] <= y.high()) {
        curve.add(new double[] {values[i], costs[i]});
      }
    }
    plot.level(allowed, Mark.INK.dashed("4 3"));
    plot.line(curve, Mark.LAW, Hint.of(verdict.sentence()));
    plot.ring(best, 1, Mark.LAW, Hint.of(name + " = " + Quantity.significant(best, 4)));
  }

  /** What the ends of the intervals cost: the same for all that are closed. */
  private static double allowed(Refits refits, Identifiability known) {
    double allowed = 1 + 1e-9;
    for (Identifiability.Verdict verdict : known.verdicts()) {
      Interval interval = verdict.profile().interval();
      double[] ends = {interval.low(), interval.high()};
      for (double cost : refits.costs(verdict.profile().parameter(), ends)) {
        allowed = Double.isFinite(cost) ? Math.max(allowed, cost) : allowed;
      }
    }
    return allowed;
  }

  private static Axis axis(
      Parameter parameter, Interval interval, double best, boolean logarithmic) {
    if (logarithmic) {
      double low = interval.low() * Math.pow(interval.low() / best, BEYOND);
      double high = interval.high() * Math.pow(interval.high() / best, BEYOND);
      return new Axis(
          "", Math.max(parameter.low(), low / 1.02), Math.min(parameter.high(), high * 1.02), true);
    }
    double margin = 0.02 * Math.max(Math.abs(best), 1e-9);
    double low = interval.low() - BEYOND * (best - interval.low()) - margin;
    double high = interval.high() + BEYOND * (interval.high() - best) + margin;
    return new Axis("", Math.max(parameter.low(), low), Math.min(parameter.high(), high), false);
  }
}
