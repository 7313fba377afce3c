package kleiber.data;

import java.io.IOException;
import java.io.Reader;

/** Lines with their ends; longer ones come in parts, so that memory stays bounded. */
final class Lines {
  private final Reader reader;
  private final int longest;
  private final char[] buffer = new char[1 << 13];
  private int position;
  private int limit;

  /**
   * @param longest most chars of a part
   */
  Lines(Reader reader, int longest) {
    this.reader = reader;
    this.longest = longest;
  }

  /** The next line or part of one, never cut within a character; null at the end. */
  String next() throws IOException {
    StringBuilder line = new StringBuilder();
    while (position < limit || fill()) {
      int room = Math.min(limit, position + longest - line.length());
      int end = position;
      while (end < room && buffer[end] != '\n') {
        end++;
      }
      boolean complete = end < room;
      line.append(buffer, position, (complete ? end + 1 : end) - position);
      position = complete ? end + 1 : end;
      if (complete) {
        break;
      }
      if (line.length() >= longest) {
        if (Character.isHighSurrogate(line.charAt(line.length() - 1))) {
          line.setLength(line.length() - 1);
          position--;
        }
        break;
      }
    }
    return line.isEmpty() ? null : line.toString();
  }

  /** A line without its end. */
  static String bare(String line) {
    int end = line.length();
    if (end > 0 && line.charAt(end - 1) == '\n') {
      end--;
    }
    if (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    return line.substring(0, end);
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(reader.read(buffer, 0, buffer.length), 0);
    return limit > 0;
  }
}
