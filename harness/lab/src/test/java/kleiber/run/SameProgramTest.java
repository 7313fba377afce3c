package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SameProgramTest {
  @TempDir Path folder;

  @Test
  void whatTrainsHasItsOwnCacheBesideThisOnes() throws IOException {
    Path own = folder.resolve("training.aot");
    assertEquals(Optional.of("-XX:AOTCacheOutput=" + own), cache("-XX:AOTCacheOutput="));
    assertEquals(Optional.empty(), cache("-XX:AOTCache="), "one that is not there costs time");
    Files.writeString(own, "");
    assertEquals(Optional.of("-XX:AOTCache=" + own), cache("-XX:AOTCache="));
    assertEquals(Optional.empty(), SameProgram.cache("-Xmx1g"));
    assertEquals(
        Optional.of("-XX:AOTCacheOutput=" + Path.of(".", "training.aot")),
        SameProgram.cache("-XX:AOTCacheOutput=kleiber.aot"));
  }

  private Optional<String> cache(String option) {
    return SameProgram.cache(option + folder.resolve("kleiber.aot"));
  }

  /** Launchers that only look on are started without it; on the processor that is a hundredfold. */
  @Test
  void whatTrainsHasTheOptimizingCompiler() {
    List<String> command =
        SameProgram.command(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"), WorkerMain.class);
    assertTrue(command.contains("-Xmx1g"));
    assertTrue(command.stream().noneMatch(option -> option.startsWith("-XX:Tiered")), "" + command);
  }
}
