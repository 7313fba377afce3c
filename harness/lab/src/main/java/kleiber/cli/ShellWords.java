package kleiber.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Words as a shell takes them. */
final class ShellWords {
  private ShellWords() {}

  /** The words as one line, each in quotes where it needs them. */
  static String line(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
