package kleiber.report;

/**
 * A figure and what is written under it.
 *
 * @param svg the figure
 * @param caption plain text
 */
record Figure(Svg svg, String caption) {
  String html() {
    return "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\""
        + Markup.escape(svg.title())
        + "\">\n"
        + svg.inline()
        + "</div>\n<figcaption>"
        + Markup.escape(caption)
        + "</figcaption>\n</figure>\n";
  }
}
