package kleiber.observe;

import java.util.List;

/** Comma-separated values as RFC 4180 has them; {@link Delimited} reads them. */
public final class Csv {
  private Csv() {}

  /** One record without its line end; a field is quoted where it must be. */
  public static String line(List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      String field = fields.get(i);
      boolean quoted = field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      line.append(i == 0 ? "" : ",")
          .append(quoted ? '"' + field.replace("\"", "\"\"") + '"' : field);
    }
    return line.toString();
  }
}
