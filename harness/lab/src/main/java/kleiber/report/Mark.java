package kleiber.report;

/**
 * How a mark looks.
 *
 * @param cssClass gives it its colour in style sheets
 * @param colour for programs that read no style sheet
 * @param width of its stroke, in pixels
 * @param dash SVG dash pattern; empty for a whole line
 */
record Mark(String cssClass, String colour, double width, String dash) {
  /** Text, axes and the line of equality. */
  static final Mark INK = new Mark("ink", "#1c1e21", 1.2, "");

  /** Lines that only help the eye. */
  static final Mark GRID = new Mark("grid", "#e4e7eb", 1, "");

  /** The law. */
  static final Mark LAW = new Mark("law", "#0072b2", 2, "");

  /** What was foretold, and what it was foretold of. */
  static final Mark FORETOLD = new Mark("foretold", "#c44e00", 1.8, "");

  /** The mark of model size {@code index} of {@code count}, smallest first. */
  static Mark size(int index, int count) {
    int step = Palette.step(index, count);
    return new Mark("size-" + step, Palette.light(step), 1.6, "");
  }

  Mark wide(double newWidth) {
    return new Mark(cssClass, colour, newWidth, dash);
  }

  Mark dashed(String newDash) {
    return new Mark(cssClass, colour, width, newDash);
  }

  String stroked() {
    return stroked("none", "none");
  }

  String stroked(String fillStyle, String fill) {
    return " class=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s style=\"stroke:var(--mark);fill:%s\""
        .formatted(
            cssClass,
            fill,
            colour,
            Svg.px(width),
            dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"",
            fillStyle);
  }

  String filled() {
    return " class=\"%s\" fill=\"%s\" style=\"fill:var(--mark)\"".formatted(cssClass, colour);
  }
}
