package kleiber.data;

import java.util.Locale;

/** What is taken out of a Java file before anyone learns from it. */
final class JavaSource {
  private JavaSource() {}

  /**
   * Removes the comments before the first code that speak of licence or copyright, and gives every
   * line a plain line feed.
   */
  static String clean(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    StringBuilder kept = new StringBuilder();
    int at = 0;
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      int end = endOfComment(text, at);
      if (end == at) {
        break;
      }
      String comment = text.substring(at, end);
      if (!isLicence(comment)) {
        kept.append(comment).append('\n');
      }
      at = end;
    }
    return kept.append(text, at, text.length()).toString();
  }

  /** The end of the comment that begins at {@code at}: a block, or adjacent lines. */
  private static int endOfComment(String text, int at) {
    if (text.startsWith("/*", at)) {
      int close = text.indexOf("*/", at + 2);
      return close < 0 ? text.length() : close + 2;
    }
    int end = at;
    while (text.startsWith("//", end)) {
      int feed = text.indexOf('\n', end);
      end = feed < 0 ? text.length() : feed + 1;
    }
    return end;
  }

  private static boolean isLicence(String comment) {
    String lower = comment.toLowerCase(Locale.ROOT);
    return lower.contains("licens") || lower.contains("licenc") || lower.contains("copyright");
  }
}
