package kleiber.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import kleiber.engine.cuda.CudaException;

/** What went wrong with a run, in words. */
final class Failure {
  private Failure() {}

  static String sentence(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    return switch (failure) {
      case OutOfMemoryError _ ->
          ("out of memory: the Java heap may grow to %d MB; train a smaller batch, fewer runs at a"
                  + " time, or give it more (KLEIBER_JAVA_OPTS=-Xmx…)")
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      case AccessDeniedException _ -> "access denied: " + message;
      case IOException _ when !message.isEmpty() -> message;
      case IllegalArgumentException _ when !message.isEmpty() -> message;
      case CudaException _ -> message;
      default -> failure.toString();
    };
  }

  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
