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

  /** What a reader has dropped. */
  static final Mark DROPPED = new Mark("quiet", "#59616b", 1.4, "");

  /** The interval of a law. */
  static final Mark BAND = new Mark("band", "#0072b2", 0, "");

  /** What was foretold, and what it was foretold of. */
  static final Mark FORETOLD = new Mark("foretold", "#c44e00", 1.8, "");

  /** The mark of model size {@code index} of {@code count}, smallest first. */
  static Mark size(int index, int count) {
    int step = Palette.step(index, count);
    return new Mark("size-" + step, Palette.light(step), 1.6, "");
  }

  /** Of a filled mark, from 0 to 1. */
  double opacity() {
    return cssClass.equals("band") ? 0.16 : 1;
  }

  Mark wide(double newWidth) {
    return new Mark(cssClass, colour, newWidth, dash);
  }

  Mark dashed(String newDash) {
    return new Mark(cssClass, colour, width, newDash);
  }
}
