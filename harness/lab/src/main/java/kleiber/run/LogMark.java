package kleiber.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How far a log had come.
 *
 * @param bytes of it
 * @param rows in them
 * @param sha256 of them, in hex
 */
record LogMark(long bytes, int rows, String sha256) {
  /** No log is longer than can be in memory at once. */
  LogMark {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - 16 || rows < 0) {
      throw new IllegalArgumentException("a log of " + bytes + " bytes and " + rows + " rows");
    }
  }

  /** The log up to here, whatever was written after it; empty when it is not what it was. */
  Optional<byte[]> read(Path log) {
    try (InputStream in = Files.newInputStream(log)) {
      byte[] begun = in.readNBytes((int) bytes);
      boolean same = begun.length == bytes && Disk.hex(Disk.sha256().digest(begun)).equals(sha256);
      return same ? Optional.of(begun) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
