package kleiber.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import kleiber.experiment.UserException;

/**
 * The right to write into an experiment's folder. The operating system takes it back when the
 * process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws UserException when another process, or another part of this one, holds it
   */
  static FolderLock take(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(".lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        channel.truncate(0);
        String holder = "process " + ProcessHandle.current().pid();
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // held within this process: told below
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new UserException(
        folder
            + " is being written by another run ("
            + Files.readString(file)
            + "): wait until it ends, or give another folder with --out");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
