package kleiber.report;

/**
 * A figure and what is written under it.
 *
 * @param svg the figure
 * @param caption plain text
 */
record Figure(Svg svg, String caption) {
  static final double WIDTH = 780;
  static final double LEFT = 72;
  static final double TOP = 14;
  static final double PANEL = 520;
  static final double LEGEND = LEFT + PANEL + 22;
}
