package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalDouble;
import kleiber.observe.Exclusion;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;

/** What is left out, by reason and yet run by run. */
class LeftOutTest {
  private static Exclusion out(String run, String reason, int rows, boolean wholeRun) {
    return new Exclusion(run, StoredRun.State.DONE, reason, rows, wholeRun, OptionalDouble.empty());
  }

  @Test
  void everyRunIsNamedOnceUnderItsReason() {
    LeftOut out =
        LeftOut.of(
            List.of(
                out("a1", "another rate ended lower", 5, true),
                out("b2", "it is of another recipe", 5, true),
                out("c3", "another rate ended lower", 5, true),
                out("d4", "it was a checkpoint before the last", 4, false),
                out("e5", "it was a checkpoint before the last", 3, false)));
    assertEquals(
        """
        3 runs are neither fitted nor foretold, for 2 reasons. observations.csv has each loss of \
        theirs with the reason.

        - 2 runs: another rate ended lower (a1, c3)
        - run b2: it is of another recipe
        - 7 losses of 2 runs: it was a checkpoint before the last
        """,
        out.text());
  }

  @Test
  void nothingLeftOutIsSaid() {
    assertEquals("Every run of the experiment is used.\n", LeftOut.of(List.of()).text());
  }
}
