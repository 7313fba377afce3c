package kleiber.report;

import java.util.ArrayList;
import java.util.List;

/** An HTML table with a caption, whose columns a reader can sort by. */
final class Table {
  private final String caption;
  private final List<String> head = new ArrayList<>();
  private final List<String> kinds = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private int rows;

  Table(String caption) {
    this.caption = caption;
  }

  /** A cell: what is shown, and what it is sorted by. */
  record Cell(String shown, String key) {
    static Cell of(String text) {
      return new Cell(text, text);
    }

    private static String number(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }

    static Cell of(String shown, double value) {
      return new Cell(shown, Double.isNaN(value) ? "" : number(value));
    }
  }

  /** A column of names. */
  Table words(String name) {
    return column(name, "word");
  }

  /** A column of sentences. */
  Table prose(String name) {
    return column(name, "prose");
  }

  /** A column of numbers. */
  Table numbers(String name) {
    return column(name, "number");
  }

  private Table column(String name, String kind) {
    head.add(name);
    kinds.add(kind);
    return this;
  }

  Table row(List<Cell> cells) {
    if (cells.size() != head.size()) {
      throw new IllegalArgumentException(cells.size() + " cells for " + head.size() + " columns");
    }
    body.append("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      body.append(i == 0 ? "<th scope=\"row\"" : "<td");
      body.append(" class=\"").append(kinds.get(i)).append('"');
      if (!cell.key().equals(cell.shown())) { // else it is sorted by what it shows
        body.append(" data-key=\"").append(Markup.escape(cell.key())).append('"');
      }
      body.append('>').append(Markup.escape(cell.shown())).append(i == 0 ? "</th>" : "</td>");
    }
    body.append("</tr>\n");
    rows++;
    return this;
  }

  Table row(Cell... cells) {
    return row(List.of(cells));
  }

  String html() {
    StringBuilder html = new StringBuilder();
    html.append(
        "<div class=\"scroll tabular%s\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table%s>\n"
            .formatted(
                head.size() > 8 ? " many" : "",
                Markup.escape(caption),
                rows > 1 ? " data-sortable=\"yes\"" : ""));
    html.append("<caption>").append(Markup.escape(caption)).append("</caption>\n<thead><tr>");
    for (int i = 0; i < head.size(); i++) {
      html.append(
          "<th scope=\"col\" class=\"%s\">%s</th>"
              .formatted(kinds.get(i), Markup.escape(head.get(i))));
    }
    return html.append("</tr></thead>\n<tbody>\n")
        .append(body)
        .append("</tbody>\n</table>\n</div>\n")
        .toString();
  }
}
