package kleiber.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kleiber.observe.MadeRuns;
import kleiber.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report that is written again while an older one may still be on its way to a browser. */
class GrowingReportTest {
  @TempDir Path folder;

  @Test
  void theOneBeforeIsKeptUntilTheNext() throws IOException {
    var experiment = MadeRuns.experiment("made?", MadeRuns.grid(), MadeRuns.PLAN);
    Path third;
    try (GrowingReport report = new GrowingReport(experiment, new RunStore(folder))) {
      Path first = report.of(List.of());
      assertTrue(Files.isRegularFile(first.resolve("report.html")));
      assertEquals(first, report.of(List.of()), "nothing new has ended");
      Path second = report.of(List.of("a"));
      assertNotEquals(first, second);
      assertTrue(Files.isRegularFile(first.resolve("report.html")), "it may be being sent");
      third = report.of(List.of("a", "b"));
      assertFalse(Files.exists(first));
      assertTrue(Files.isRegularFile(second.resolve("report.html")));
    }
    assertFalse(Files.exists(third), "nothing is left behind");
  }
}
