package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import kleiber.experiment.Run;

/**
 * The right to train a run and to publish it, see {@link Claims}.
 *
 * @param folder that the run is written in; gone when another took the claim over
 * @param begun whether another held it before, and may have left something in the folder
 */
record Claim(Run run, Path folder, boolean begun) {
  /** Tells those who look on that the holder is alive; in vain when the claim is lost. */
  void touch() {
    try {
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    } catch (IOException e) {
      // Lost, or out of reach for now. Either way it shows when the run is published.
    }
  }

  /** Whether it is still this holder's. */
  boolean isHeld() {
    return Files.exists(folder);
  }

  /** Whether nothing is left in its folder, or the folder is gone. */
  boolean isEmpty() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      return left.findAny().isEmpty();
    } catch (NoSuchFileException e) {
      return true;
    }
  }
}
