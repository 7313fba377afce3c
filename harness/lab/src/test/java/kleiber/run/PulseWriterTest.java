package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Binder;
import kleiber.experiment.Run;
import kleiber.experiment.Yaml;
import kleiber.observe.MadeRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast a cohort is said to be, by a clock that is set by hand. */
class PulseWriterTest {
  private static final long STEP_NANOS = 1_000_000;

  @TempDir Path folder;
  private long now;

  /** A trunk's steps are done once, whatever number of branches they are told of. */
  @Test
  void stepsThatBranchesShareAreCountedOnce() throws Exception {
    List<Run> branches =
        List.of(MadeRuns.branch(16, 2_097_152, 1).run(), MadeRuns.branch(16, 4_194_304, 1).run());
    List<Claim> claims =
        branches.stream()
            .map(run -> new Claim(run, folder.resolve(run.id()).resolve("holder"), false))
            .toList();
    Pulses pulses = new RunStore(folder).pulses();
    long perStep = branches.getFirst().spec().tokensPerStep();
    try (PulseWriter writer = new PulseWriter(pulses, new Device("cpu", 1), claims, () -> now)) {
      for (long step = 1; step <= 1200; step++) { // the shorter decays from step 1638
        now += STEP_NANOS;
        writer.advanced(0, step);
        writer.advanced(1, step);
      }
      String told = Files.readString(pulses.file("holder"));
      Pulse pulse = Binder.log().bind(Yaml.parse(told, "a pulse"), Pulse.class);
      assertEquals(perStep / (STEP_NANOS * 1e-9), pulse.tokensPerSecond(), 0.01 * 1e6);
    }
  }
}
