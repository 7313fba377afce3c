package kleiber.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import kleiber.engine.cuda.driver.CudaException;

/** What went wrong, in words. */
public final class Failure {
  private Failure() {}

  static String sentence(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    return switch (failure) {
      case OutOfMemoryError _ ->
          ("out of memory: the Java heap may grow to %d MB; train a smaller batch or micro-batch,"
                  + " fewer runs at a time, or give it more (KLEIBER_JAVA_OPTS=-Xmx…)")
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      case AccessDeniedException _ -> "access denied: " + message;
      case NoSuchFileException _ -> "no such file or folder: " + message;
      case FileAlreadyExistsException _ -> "there is a file already: " + message;
      case IOException _ when !message.isEmpty() -> message;
      case IllegalArgumentException _ when !message.isEmpty() -> message;
      case CudaException _ -> message;
      default -> failure.toString();
    };
  }

  /**
   * Why something does not start: what the cause says that says anything, or where it came about.
   */
  public static String why(Throwable failure) {
    Throwable telling = failure;
    while (telling.getCause() != null && isBare(telling)) {
      telling = telling.getCause();
    }
    String message = telling.getMessage();
    if (telling instanceof NoClassDefFoundError || telling instanceof ClassNotFoundException) {
      return "the class %s is missing or cannot be loaded".formatted(message);
    }
    if (message != null && !message.isBlank()) {
      return message;
    }
    StackTraceElement[] trace = telling.getStackTrace();
    return "a %s that says no more%s; please report it"
        .formatted(
            telling.getClass().getSimpleName(),
            trace.length == 0 ? "" : ", from " + trace[0].toString());
  }

  /** Whether it says nothing but what its cause is. */
  private static boolean isBare(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() || message.equals(failure.getCause().toString());
  }

  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
