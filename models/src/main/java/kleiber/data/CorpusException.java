package kleiber.data;

import java.io.IOException;

/**
 * A corpus that cannot be used as asked. The message tells a user what was given, what was expected
 * and what to do.
 */
public final class CorpusException extends IOException {
  private static final long serialVersionUID = 1;

  public CorpusException(String message) {
    super(message);
  }

  public CorpusException(String message, Throwable cause) {
    super(message, cause);
  }
}
