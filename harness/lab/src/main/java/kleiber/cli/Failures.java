package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import kleiber.data.CorpusException;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.experiment.UserException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns an exception into a sentence and an exit code: 2 for a user's mistake, 1 for everything
 * else. The stack trace of an unexpected one is printed, since it is a fault of ours and worth
 * reporting.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int FAILED = 1;
  static final int WRONG_INPUT = 2;
  static final int INTERRUPTED = 130;

  /**
   * Says what is wrong with the command, what there is to choose from, and where the rest is told.
   */
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("kleiber: " + sentence(e));
    if (!command.getSubcommands().isEmpty()) {
      err.println("Commands: " + String.join(", ", command.getSubcommands().keySet()));
    }
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    return WRONG_INPUT;
  }

  /** What picocli says, with what it was that could not be matched and what is near it. */
  private static String sentence(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return e.getMessage()
          .replaceFirst("^Error: ", "")
          .replaceFirst(
              "^Value for option option '(\\S+)' \\((.+)\\) should be in KEY=VALUE format but was"
                  + " (.*)$",
              "$1 is '$3'; expected $2, such as 1=2.5")
          .replaceFirst(
              "('[+-]?\\d+') is not an int$",
              "$1 is out of range; expected a whole number of at most " + Integer.MAX_VALUE)
          .replaceFirst(
              "('[+-]?\\d+') is not a long$",
              "$1 is out of range; expected a whole number of at most " + Long.MAX_VALUE)
          .replaceFirst("is not an? (int|long)$", "is not a whole number, such as 8")
          .replaceFirst("is not a double$", "is not a number, such as 2.5");
    }
    String given = unmatched.getUnmatched().getFirst();
    List<String> near = unmatched.getSuggestions();
    return (unmatched.isUnknownOption()
            ? "there is no option " + given
            : e.getCommandLine().getSubcommands().isEmpty()
                ? "'" + given + "' is one argument too many"
                : "there is no command '" + given + "'")
        + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    if (e instanceof UserException || e instanceof CorpusException) {
      err.println("kleiber: " + e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof IOException io) {
      err.println("kleiber: " + Sentences.of(io));
      return FAILED;
    }
    if (e instanceof CudaException) {
      err.println("kleiber: " + e.getMessage());
      return FAILED;
    }
    err.println("kleiber: an unexpected failure; please report it with the lines below");
    e.printStackTrace(err);
    return FAILED;
  }
}
