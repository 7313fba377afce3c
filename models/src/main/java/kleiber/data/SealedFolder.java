package kleiber.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A cached folder that is whole or not there. It is written under another name, sealed by the
 * length and checksum of every file, and renamed; who comes meanwhile, from this process or
 * another, waits and then uses it. A folder whose seal does not match is written again.
 */
final class SealedFolder {
  /** Raised when what is kept is laid out or cut in another way, so that all is written again. */
  private static final int FORMAT = 1;

  private static final String SEAL = "seal.json";
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 256;

  /** Fills the folder. */
  @FunctionalInterface
  interface Writer {
    void write(Path folder) throws IOException;
  }

  private static final long LOOK_NANOS = 100_000_000;

  private SealedFolder() {}

  /**
   * The folder for a key, from the cache or freshly written.
   *
   * @param key names everything that decides the content
   * @param stopped asked while another process writes it
   * @throws CancellationException when stopped
   */
  static Path open(Path cache, String key, BooleanSupplier stopped, Writer writer)
      throws IOException {
    String name = Sha256.hex("format " + FORMAT + " " + key).substring(0, 32);
    Path folder = cache.resolve(name);
    if (isWhole(folder)) {
      return folder;
    }
    Files.createDirectories(cache);
    // A file lock is held by a process, so threads of one process queue at the class first.
    synchronized (SealedFolder.class) {
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve(name + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = lock(channel, stopped)) {
        if (!lock.isValid()) {
          throw new IOException("lost the lock of " + folder);
        }
        if (!isWhole(folder)) {
          Path unfinished = cache.resolve(name + ".tmp");
          delete(unfinished);
          delete(folder);
          Files.createDirectory(unfinished);
          try {
            writer.write(unfinished);
            seal(unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
          } catch (CorpusException e) {
            throw e;
          } catch (IOException e) {
            throw new CorpusException(
                "the tokenized corpus could not be written to "
                    + cache
                    + ": "
                    + (e.getMessage() == null ? e : e.getMessage())
                    + "; free some space or set KLEIBER_CACHE to a folder with more",
                e);
          } finally {
            delete(unfinished);
          }
        }
      }
    }
    return folder;
  }

  private static void seal(Path folder) throws IOException {
    Map<String, String> seal = measure(folder);
    for (String name : seal.keySet()) {
      force(folder.resolve(name));
    }
    Path file = folder.resolve(SEAL);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), seal);
    force(file);
  }

  private static boolean isWhole(Path folder) throws IOException {
    Path seal = folder.resolve(SEAL);
    if (!Files.isRegularFile(seal)) {
      return false;
    }
    try {
      return new ObjectMapper().readValue(seal.toFile(), Map.class).equals(measure(folder));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Length and checksum by file name. */
  private static Map<String, String> measure(Path folder) throws IOException {
    Map<String, String> seal = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(SEAL)) {
          seal.put(name, Files.size(file) + " bytes, CRC-32C " + checksum(file));
        }
      }
    }
    return seal;
  }

  /** Waits for whoever writes the folder, unless stopped. */
  private static FileLock lock(FileChannel channel, BooleanSupplier stopped) throws IOException {
    for (FileLock lock = channel.tryLock(); ; lock = channel.tryLock()) {
      if (lock != null) {
        return lock;
      }
      if (stopped.getAsBoolean()) {
        throw new CancellationException("stopped while another process wrote a corpus");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Of the whole file, or of blocks spread evenly over one that would take seconds to read. */
  private static String checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    try (FileChannel channel = FileChannel.open(file)) {
      long blocks = Math.ceilDiv(channel.size(), BLOCK);
      long read = Math.min(blocks, BLOCKS);
      for (long i = 0; i < read; i++) {
        long at = read == blocks ? i : i * (blocks - 1) / (read - 1);
        block.clear();
        while (block.hasRemaining() && channel.read(block, at * BLOCK + block.position()) > 0) {
          // until the block is full or the file ends
        }
        crc.update(block.flip());
      }
    }
    return Long.toHexString(crc.getValue());
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
