package kleiber.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kleiber.train.StopSignal;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, and has room again. */
final class RoomTest {
  @TempDir private Path folder;

  /** Takes three bytes, is full twice, and takes three again. */
  private static final class Disk implements WritableByteChannel {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int calls;

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (calls++ % 3 > 0) {
        throw new IOException("No space left on device");
      }
      int count = Math.min(3, from.remaining());
      for (int i = 0; i < count; i++) {
        written.write(from.get());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void nothingIsLostOrWrittenTwice() throws IOException {
    Disk disk = new Disk();
    List<String> told = new ArrayList<>();
    Path file = folder.resolve("log");
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7};
    try (OutputStream out = new Room(StopSignal.NEVER, told::add).output(disk, file)) {
      out.write(bytes);
    }
    assertArrayEquals(bytes, disk.written.toByteArray());
    assertEquals(4, told.size());
    assertEquals("cannot write " + file + ": No space left on device", told.getFirst());
  }

  @Test
  void aStopEndsTheWait() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "there is no /dev/full here");
    AtomicBoolean stop = new AtomicBoolean();
    Room room = new Room(stop::get, _ -> stop.set(true));
    try (OutputStream out =
        room.output(Files.newByteChannel(full, StandardOpenOption.WRITE), full)) {
      assertThrows(IOException.class, () -> out.write(1));
    }
    assertTrue(stop.get());
  }

  @Test
  void whatIsNoLackOfRoomIsNotWaitedFor() throws IOException {
    Room room = new Room(StopSignal.NEVER, _ -> {});
    room.open(folder.resolve("new")).close();
    assertThrows(IOException.class, () -> room.open(folder.resolve("new")));
    assertThrows(IOException.class, () -> room.open(folder.resolve("none/new")));
  }
}
