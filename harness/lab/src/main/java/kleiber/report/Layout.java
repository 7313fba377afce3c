package kleiber.report;

/** Where a figure's parts lie, in pixels, for the two widths that journals print at. */
enum Layout {
  /** Over two columns, the legend to the right. */
  WIDE(780, 72, 520, 183),
  /** In one column, the legend below. */
  NARROW(390, 68, 312, 89);

  static final double TOP = 14;

  /** What an axis with its label takes below a panel. */
  static final double AXIS = 52;

  /** From a panel to a legend on its right. */
  private static final double GAP = 22;

  final double width;
  final double left;
  final double panel;

  /** Of the printed figure, in millimetres. */
  final double millimetres;

  Layout(double width, double left, double panel, double millimetres) {
    this.width = width;
    this.left = left;
    this.panel = panel;
    this.millimetres = millimetres;
  }

  /** The height of a panel that is so high over two columns. */
  double height(double wide) {
    return this == WIDE ? wide : Math.max(120, 0.66 * wide);
  }

  /** A figure of this width whose panels end at {@code bottom}. */
  Svg figure(String id, double bottom, String title, String description) {
    return new Svg(id, width, bottom + AXIS, title, description);
  }

  /** A legend beside the panel that begins at {@code top}, or below everything drawn so far. */
  Legend legend(Svg svg, double top) {
    return this == WIDE
        ? new Legend(svg, left + panel + GAP, top, width - left - panel - GAP, 1)
        : new Legend(svg, left, svg.height(), panel, 2);
  }
}
