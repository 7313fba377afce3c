package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import kleiber.engine.cuda.driver.CudaException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a command says when it fails. */
class FailuresTest {
  @CommandLine.Command
  private static final class Failing implements Runnable {
    @Override
    public void run() {
      throw new CudaException("the card has too little memory left");
    }
  }

  @Test
  void whatACardCannotDoIsASentence() {
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new Failing())
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(new Failures())
            .execute();
    assertEquals("kleiber: the card has too little memory left\n", err.toString());
    assertEquals(Failures.FAILED, code);
  }
}
