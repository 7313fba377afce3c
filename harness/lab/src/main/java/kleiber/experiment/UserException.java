package kleiber.experiment;

/**
 * A mistake in what the user gave. The message says what was given, what was expected and what
 * there is to choose from; the command line prints it alone and exits with 2.
 */
public final class UserException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
