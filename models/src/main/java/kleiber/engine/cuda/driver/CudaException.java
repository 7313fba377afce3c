package kleiber.engine.cuda.driver;

/**
 * Something that a card or its libraries cannot do, in a sentence that says what to do about it.
 */
public class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CudaException(String message) {
    super(message);
  }

  public CudaException(String message, Throwable cause) {
    super(message, cause);
  }
}
