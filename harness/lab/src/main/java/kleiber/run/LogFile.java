package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import kleiber.experiment.Json;

/** A log that grows by lines, and knows its length and checksum. */
final class LogFile implements AutoCloseable {
  private final Path file;
  private final RunStore.Opener opener;
  private MessageDigest digest;
  private OutputStream out;
  private long bytes;
  private int rows;

  /**
   * @param begun whole lines that it begins with
   */
  LogFile(Path file, byte[] begun, RunStore.Opener opener) throws IOException {
    this.file = file;
    this.opener = opener;
    open(begun);
  }

  /** What lies there is replaced, not changed: the process that wrote it may still do so. */
  private void open(byte[] begun) throws IOException {
    digest = Disk.sha256();
    bytes = 0;
    rows = 0;
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    if (begun.length == 0) {
      Files.deleteIfExists(file);
      out = opener.open(file);
      return;
    }
    out = opener.open(part);
    try {
      append(begun);
      Disk.settle(part, file);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  private void append(byte[] lines) throws IOException {
    out.write(lines);
    out.flush();
    digest.update(lines);
    bytes += lines.length;
    for (byte each : lines) {
      rows += each == '\n' ? 1 : 0;
    }
  }

  /** Adds a line. All who look on see it when this returns. */
  void line(Record row) throws IOException {
    append((Json.line(row) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  int rows() {
    return rows;
  }

  /** How far it has come, once all of that is on the disk. */
  LogMark mark() throws IOException {
    Disk.force(file);
    try {
      MessageDigest sofar = (MessageDigest) digest.clone();
      return new LogMark(bytes, rows, Disk.hex(sofar.digest()));
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the SHA-256 of every JDK can be cloned", e);
    }
  }

  /** Begins again with nothing. */
  void restart() throws IOException {
    out.close();
    open(new byte[0]);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
