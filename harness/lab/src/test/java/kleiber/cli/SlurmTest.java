package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid on a real Slurm, where one is installed: see {@code src/test/slurm/slurm.sh}. */
@Tag("slow")
class SlurmTest {
  private static final int SKIPPED = 77;

  @Test
  void aNodeDiesAndATaskIsRequeued(@TempDir Path folder) throws IOException, InterruptedException {
    Path script =
        Path.of(System.getProperty("kleiber.home"), "harness/lab/src/test/slurm/slurm.sh");
    Path said = folder.resolve("said.txt");
    int code =
        new ProcessBuilder("bash", script.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    Assumptions.assumeFalse(code == SKIPPED, () -> read(said));
    assertEquals(0, code, () -> read(said));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
