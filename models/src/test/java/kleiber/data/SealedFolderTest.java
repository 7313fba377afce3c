package kleiber.data;

import static kleiber.data.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFolderTest {
  private final AtomicInteger written = new AtomicInteger();
  @TempDir private Path cache;

  @Test
  void aWholeFolderIsWrittenOnce() throws IOException {
    Path folder = open();
    assertEquals(folder, open());
    assertEquals(1, written.get());
    assertEquals("ids", Files.readString(folder.resolve("b")));
  }

  @Test
  void aTornFolderIsWrittenAgain() throws IOException {
    Path folder = open();
    cut(folder.resolve("a"), 1_999_999);
    assertWrittenAgain();
    Files.writeString(folder.resolve("b"), "idz");
    assertWrittenAgain();
    Files.delete(folder.resolve("b"));
    assertWrittenAgain();
    Files.delete(folder.resolve("seal.json"));
    assertWrittenAgain();
    cut(folder.resolve("seal.json"), 20);
    assertWrittenAgain();
  }

  @Test
  void aFailedWriterLeavesNothing() throws IOException {
    SealedFolder.Writer failing =
        folder -> {
          Files.writeString(folder.resolve("a"), "begun");
          throw new IOException("disk full");
        };
    assertRefused(
        () -> SealedFolder.open(cache, "key", () -> false, failing),
        "the tokenized corpus could not be written to " + cache + ": disk full; free some space",
        "set KLEIBER_CACHE to a folder with more");
    try (Stream<Path> left = Files.list(cache)) {
      assertFalse(left.anyMatch(Files::isDirectory));
    }
    open();
    assertEquals(1, written.get());
  }

  /** A cache of another format, or of none, is not used. */
  @Test
  void theFormatIsPartOfTheName() throws IOException {
    String name = open().getFileName().toString();
    assertEquals(Sha256.hex("format 1 key").substring(0, 32), name);
  }

  @Test
  void whatAKilledWriterLeftIsInNobodysWay() throws IOException {
    Path left = Path.of(open() + ".tmp");
    Files.createDirectory(left);
    Files.writeString(left.resolve("a"), "half");
    Files.delete(open().resolve("b"));
    assertWrittenAgain();
    assertFalse(Files.exists(left));
  }

  @Test
  void threadsWaitForTheOneThatWrites() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Path>> folders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        folders.add(threads.submit(this::open));
      }
      for (Future<Path> folder : folders) {
        assertTrue(Files.exists(folder.get().resolve("b")));
      }
    }
    assertEquals(1, written.get());
  }

  /** Each child appends a line when it writes. */
  @Test
  void processesWaitForTheOneThatWrites() throws Exception {
    Path log = cache.resolve("log");
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(
          Children.start(List.of(), Child.class, cache.resolve("shared").toString(), log + ""));
    }
    for (Process child : children) {
      assertEquals("whole", Children.output(child));
    }
    assertEquals(List.of("written"), Files.readAllLines(log));
  }

  static final class Child {
    public static void main(String[] args) throws IOException {
      Path folder =
          SealedFolder.open(
              Path.of(args[0]),
              "key",
              () -> false,
              empty -> {
                Files.writeString(
                    Path.of(args[1]),
                    "written\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
                Files.write(empty.resolve("a"), new byte[50_000_000]);
              });
      System.out.println(Files.size(folder.resolve("a")) == 50_000_000 ? "whole" : "torn");
    }
  }

  @Test
  void waitingForAnotherProcessCanBeStopped() throws Exception {
    String name = open().getFileName().toString();
    Files.delete(cache.resolve(name).resolve("b"));
    Process child =
        Children.start(List.of(), Holder.class, cache.resolve(name + ".lock").toString());
    try {
      assertEquals("held", child.inputReader().readLine());
      AtomicInteger asked = new AtomicInteger();
      assertThrows(
          CancellationException.class,
          () ->
              SealedFolder.open(
                  cache,
                  "key",
                  () -> asked.incrementAndGet() > 2,
                  folder -> written.incrementAndGet()));
      assertEquals(3, asked.get());
      assertEquals(1, written.get());
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  /** Holds a lock until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.println(lock.isValid() ? "held" : "not held");
        Thread.sleep(60_000);
      }
    }
  }

  private void assertWrittenAgain() throws IOException {
    int before = written.get();
    Path folder = open();
    assertEquals(before + 1, written.get());
    assertEquals(2_000_000, Files.size(folder.resolve("a")));
    assertEquals("ids", Files.readString(folder.resolve("b")));
    open();
    assertEquals(before + 1, written.get());
  }

  private Path open() throws IOException {
    return SealedFolder.open(
        cache,
        "key",
        () -> false,
        folder -> {
          written.incrementAndGet();
          Files.write(folder.resolve("a"), new byte[2_000_000]);
          Files.writeString(folder.resolve("b"), "ids");
        });
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }
}
