package kleiber.experiment;

/**
 * Where something was written.
 *
 * @param source file as the user named it, or the option that it was given by
 * @param line from 1; 0 when the source has no lines
 * @param column from 1
 */
public record Mark(String source, int line, int column) {
  /** The place of something that was given in one piece, such as an option. */
  public static Mark of(String source) {
    return new Mark(source, 0, 0);
  }

  /** A mistake at this place. */
  public UserException error(String sentence) {
    return new UserException(this + ": " + sentence);
  }

  /** As compilers print it: {@code file:line:column}. */
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
