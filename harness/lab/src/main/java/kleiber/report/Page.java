package kleiber.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One HTML page with everything in it: style, scripts and data. It asks nothing of a network. */
final class Page {
  /**
   * The fitter and the figures for a browser; a build without them makes pages that stand still.
   */
  private static final String BROWSER = "/kleiber/page/browser.js";

  private final String name;
  private final String question;
  private final StringBuilder head = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final List<String[]> sections = new ArrayList<>();

  Page(String name, String question) {
    this.name = name;
    this.question = question;
  }

  /** What stands between the question and the list of sections: HTML that can be written again. */
  Page opening(String html) {
    head.append(part("opening", html));
    return this;
  }

  /** Begins a section. */
  Page section(String id, String heading) {
    sections.add(new String[] {id, heading});
    body.append(sections.size() > 1 ? "</section>\n" : "").append("<section>\n");
    body.append("<h2 id=\"%s\">%s</h2>\n".formatted(id, Markup.escape(heading)));
    return this;
  }

  /** HTML that a browser can write again. */
  Page live(String id, String html) {
    body.append(part(id, html));
    return this;
  }

  private static String part(String id, String html) {
    return "<div data-part=\"" + id + "\">\n" + html + "</div>\n";
  }

  Page paragraph(String text) {
    body.append("<p>").append(Markup.escape(text)).append("</p>\n");
    return this;
  }

  Page figure(Figure figure) {
    body.append(figure.html());
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

  /** A table that opens when asked for. */
  Page folded(String summary, Table table) {
    body.append("<details><summary>").append(Markup.escape(summary)).append("</summary>\n");
    table(table);
    body.append("</details>\n");
    return this;
  }

  String html(PageData data) {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>\
        """);
    html.append(Markup.escape(name + ": " + question)).append("</title>\n<style>\n");
    html.append(Svg.style()).append(Markup.resource("page.css")).append("</style>\n</head>\n");
    html.append("<body>\n<main>\n<header>\n<p class=\"name\">").append(Markup.escape(name));
    html.append("</p>\n<h1>").append(Markup.escape(question)).append("</h1>\n");
    html.append(head).append(navigation()).append("</header>\n").append(body);
    html.append(sections.isEmpty() ? "" : "</section>\n").append("</main>\n");
    html.append("<script type=\"application/json\" id=\"data\">").append(PageJson.of(data));
    html.append("</script>\n");
    Optional<String> browser = Markup.optional(BROWSER);
    browser.ifPresent(script -> html.append(script(script)));
    html.append(script(Markup.resource("page.js")));
    browser.ifPresent(any -> html.append(script(Markup.resource("live.js"))));
    return html.append("</body>\n</html>\n").toString();
  }

  private String navigation() {
    StringBuilder nav = new StringBuilder("<nav aria-label=\"Sections\">");
    for (String[] section : sections) {
      nav.append("<a href=\"#%s\">%s</a> ".formatted(section[0], Markup.escape(section[1])));
    }
    return nav.append("</nav>\n").toString();
  }

  /** A script whose text no parser of XML reads either. */
  private static String script(String text) {
    return "<script>\n//<![CDATA[\n" + text.replace("]]>", "]] >") + "\n//]]>\n</script>\n";
  }
}
