package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import kleiber.train.StopSignal;

/**
 * Waits for room on a disk that is full, so that nothing is lost by it: a write goes on where it
 * stopped as soon as there is some.
 *
 * @param stop whether to wait no longer
 * @param tell is told, again and again while it waits, what could not be written
 */
record Room(StopSignal stop, Consumer<String> tell) {
  private static final long LOOK_MILLIS = 500;
  private static final long LEAST_BYTES = 1 << 16;

  /** Something that needs room. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** A new file, the writing of which waits for room. */
  OutputStream open(Path file) throws IOException {
    return output(
        await(
            () -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            file),
        file);
  }

  /** What is written to the channel, whole, in as many parts as room allows. */
  OutputStream output(WritableByteChannel channel, Path file) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
        while (left.hasRemaining()) {
          await(() -> channel.write(left), file);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /**
   * Does something, as soon as there is room for it.
   *
   * @param file that it writes
   * @throws IOException when it fails otherwise, or is stopped while it waits
   */
  <T> T await(Action<T> action, Path file) throws IOException {
    while (true) {
      try {
        return action.run();
      } catch (IOException e) {
        if (!isFull(e, file) || stop.stopped()) {
          throw e;
        }
        tell.accept("cannot write " + file + ": " + e.getMessage());
        try {
          Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  /** By the system's message, which is in the user's language, or by a look at the disk. */
  private static boolean isFull(IOException failure, Path file) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
      return true;
    }
    try {
      return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < LEAST_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
