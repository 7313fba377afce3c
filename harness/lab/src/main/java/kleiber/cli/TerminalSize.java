package kleiber.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How much a terminal shows, in characters. */
record TerminalSize(int rows, int columns) {
  private static final TerminalSize USUAL = new TerminalSize(24, 80);

  /** Of the terminal that this program reads from; 24 by 80 where that cannot be told. */
  static TerminalSize now() {
    try {
      Process process =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return parse(new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return USUAL;
    }
  }

  /** Reads {@code rows columns}. */
  static TerminalSize parse(String text) {
    String[] words = text.strip().split(" ");
    try {
      TerminalSize size =
          new TerminalSize(Integer.parseInt(words[0]), Integer.parseInt(words[words.length - 1]));
      return size.rows > 1 && size.columns > 1 ? size : USUAL;
    } catch (NumberFormatException e) {
      return USUAL;
    }
  }
}
