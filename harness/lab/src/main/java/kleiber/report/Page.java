package kleiber.report;

import java.util.ArrayList;
import java.util.List;

/** One HTML page with everything in it: style, script and figures. It asks nothing of a network. */
final class Page {
  private final String title;
  private final StringBuilder head = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final List<String[]> sections = new ArrayList<>();

  Page(String title) {
    this.title = title;
  }

  /** What stands before the list of sections: HTML. */
  Page opening(String html) {
    head.append(html);
    return this;
  }

  /** Begins a section. */
  Page section(String id, String heading) {
    sections.add(new String[] {id, heading});
    body.append("<h2 id=\"%s\">%s</h2>\n".formatted(id, Markup.escape(heading)));
    return this;
  }

  Page paragraph(String text) {
    body.append("<p>").append(Markup.escape(text)).append("</p>\n");
    return this;
  }

  Page figure(Figure figure) {
    body.append("<figure>\n" + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .append(Markup.escape(figure.svg().title()))
        .append("\">\n")
        .append(figure.svg().inline())
        .append("</div>\n<figcaption>")
        .append(Markup.escape(figure.caption()))
        .append("</figcaption>\n</figure>\n");
    return this;
  }

  /** A paragraph that ends with a formula. */
  Page formula(String text, String formula) {
    body.append("<p>").append(Markup.escape(text)).append(" <span class=\"formula\">");
    body.append(Formula.html(formula)).append("</span></p>\n");
    return this;
  }

  Page table(Table table) {
    body.append(table.html());
    return this;
  }

  Page code(String text) {
    body.append("<pre tabindex=\"0\">").append(Markup.escape(text)).append("</pre>\n");
    return this;
  }

  /** Code that opens when asked for. */
  Page folded(String summary, String text) {
    body.append("<details><summary>").append(Markup.escape(summary)).append("</summary>\n");
    code(text);
    body.append("</details>\n");
    return this;
  }

  String html() {
    StringBuilder nav = new StringBuilder("<nav aria-label=\"Sections\">");
    for (String[] section : sections) {
      nav.append("<a href=\"#%s\">%s</a> ".formatted(section[0], Markup.escape(section[1])));
    }
    nav.append("</nav>\n");
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>%s</title>
    <style>
    %s%s</style>
    </head>
    <body>
    <main>
    <header>
    %s%s</header>
    %s</main>
    <script>
    //<![CDATA[
    %s//]]>
    </script>
    </body>
    </html>
    """
        .formatted(
            Markup.escape(title),
            Svg.style(),
            Markup.resource("page.css"),
            head,
            nav,
            body,
            Markup.resource("page.js"));
  }
}
