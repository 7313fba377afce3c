package kleiber.data;

import java.util.stream.Collectors;

/** The comments of a Java file, and what is left without them. */
final class JavaParts {
  private static final String BLOCK = "\"\"\"";

  private final String source;
  private final StringBuilder comments = new StringBuilder();
  private final StringBuilder code = new StringBuilder();

  private JavaParts(String source) {
    this.source = source;
    int at = 0;
    while (at < source.length()) {
      int end = endOfComment(at);
      if (end > at) {
        comments.append(plain(source.substring(at, end)));
      } else {
        end = endOfCode(at);
        code.append(source, at, end);
      }
      at = end;
    }
  }

  /** What the comments say, one after another, without their signs and empty lines. */
  static String comments(String source) {
    return new JavaParts(source).comments.toString();
  }

  /** The file without its comments and without empty lines. */
  static String code(String source) {
    return new JavaParts(source)
        .code
        .toString()
        .lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Where a comment ends that begins here; here where none does. */
  private int endOfComment(int at) {
    if (source.startsWith("/*", at)) {
      return after("*/", at + 2);
    }
    return source.startsWith("//", at) ? endOfLine(at) : at;
  }

  /** After the literal that begins here, in which no comment begins, or after one character. */
  private int endOfCode(int at) {
    if (source.startsWith(BLOCK, at)) {
      return after(BLOCK, at + BLOCK.length());
    }
    char first = source.charAt(at);
    if (first != '"' && first != '\'') {
      return at + 1;
    }
    int line = endOfLine(at);
    for (int i = at + 1; i < line; i++) {
      char next = source.charAt(i);
      if (next == first) {
        return i + 1;
      }
      i += next == '\\' ? 1 : 0;
    }
    return line;
  }

  private int endOfLine(int at) {
    int feed = source.indexOf('\n', at);
    return feed < 0 ? source.length() : feed;
  }

  private int after(String close, int from) {
    int found = source.indexOf(close, from);
    return found < 0 ? source.length() : found + close.length();
  }

  /** A comment line by line, as a reader of the documentation would have it. */
  private static String plain(String comment) {
    boolean block = comment.startsWith("/*");
    String body = block ? comment.replaceFirst("\\*+/$", "") : comment;
    String sign = block ? "^\\s*/?\\**\\s?" : "^/+\\s?";
    return body.lines()
        .map(line -> line.replaceFirst(sign, "").stripTrailing())
        .filter(line -> !line.isEmpty())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
