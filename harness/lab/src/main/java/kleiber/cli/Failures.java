package kleiber.cli;

import java.io.PrintWriter;
import kleiber.data.CorpusException;
import kleiber.experiment.UserException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns an exception into a sentence and an exit code: 2 for a user's mistake, 1 for everything
 * else. The stack trace of an unexpected one is printed, since it is a fault of ours and worth
 * reporting.
 */
final class Failures implements IExecutionExceptionHandler {
  static final int FAILED = 1;
  static final int WRONG_INPUT = 2;
  static final int INTERRUPTED = 130;

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    if (e instanceof UserException || e instanceof CorpusException) {
      err.println("kleiber: " + e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof java.io.IOException) {
      err.println("kleiber: " + Sentences.of((java.io.IOException) e));
      return FAILED;
    }
    err.println("kleiber: an unexpected failure; please report it with the lines below");
    e.printStackTrace(err);
    return FAILED;
  }
}
