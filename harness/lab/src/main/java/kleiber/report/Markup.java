package kleiber.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What HTML and SVG share. Pages are written so that they are well-formed XML too. */
final class Markup {
  private Markup() {}

  /** Text made safe between tags and within quoted attributes. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(c >= ' ' || c == '\n' || c == '\t' ? c : ' ');
              }
            });
    return safe.toString();
  }

  /** A text of the class path, where it is there. */
  static Optional<String> optional(String path) {
    return Markup.class.getResource(path) == null ? Optional.empty() : Optional.of(resource(path));
  }

  /** A style sheet or script beside this class. */
  static String resource(String name) {
    try (InputStream stream = Markup.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
