package kleiber.engine.cuda;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a part of {@link CardCheck} says: sentences to be read, and for each number a line of JSON
 * in a file of the part's own, there as soon as it is known.
 */
final class CardLog implements AutoCloseable {
  private final PrintStream console;
  private final Optional<Writer> lines;
  private boolean sound = true;

  /**
   * @param file made anew; empty for sentences alone
   */
  CardLog(PrintStream console, Optional<Path> file) {
    this.console = console;
    lines = file.map(CardLog::open);
  }

  private static Writer open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void say(String format, Object... values) {
    console.println(String.format(Locale.ROOT, format, values));
  }

  /** One line of the file: what it is of, then names and values in turns. */
  synchronized void record(String what, Object... namesAndValues) {
    StringBuilder line = new StringBuilder("{\"what\":" + json(what));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.append(',').append(json(namesAndValues[i])).append(':');
      line.append(json(namesAndValues[i + 1]));
    }
    lines.ifPresent(
        file -> {
          try {
            file.write(line.append("}\n").toString());
            file.flush(); // what is known is not lost when the part is stopped
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String json(Object value) {
    return switch (value) {
      case Double number when !Double.isFinite(number) -> "null";
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      default -> {
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toString().toCharArray()) {
          text.append(
              c == '"' || c == '\\' ? "\\" + c : c < ' ' ? "\\u%04x".formatted((int) c) : c);
        }
        yield text.append('"').toString();
      }
    };
  }

  /** Says and notes what is not right. */
  void expect(boolean right, String what) {
    if (!right) {
      sound = false;
      say("WRONG: %s", what);
      record("wrong", "sentence", what);
    }
  }

  /** An error beside the most that is right; what is not a number is never right. */
  void compare(String what, double error, double tolerance) {
    say("%8.1e  %s", error, what);
    record("kernel", "of", what, "error", error, "tolerance", tolerance);
    expect(error <= tolerance, "%s: off by %.1e".formatted(what, error));
  }

  /** Whether all was right so far. */
  boolean sound() {
    return sound;
  }

  @Override
  public void close() {
    lines.ifPresent(
        file -> {
          try {
            file.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
