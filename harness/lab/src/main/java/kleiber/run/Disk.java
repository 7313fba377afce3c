package kleiber.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What files need to outlive a power cut, and folders to go away. */
final class Disk {
  private Disk() {}

  /** Waits until what was written to a file is on the disk. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Waits until the names in a folder are on the disk, where the system knows how to. */
  static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return; // Windows opens no folders, and some network disks force none
    }
  }

  /** Gives a written file its name: after a power cut it is there whole, or not at all. */
  static void settle(Path part, Path file) throws IOException {
    force(part);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(file.getParent());
  }

  /** Deletes a file or a folder with all that is in it, if it is there; others may do so too. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException | UncheckedIOException e) {
      rethrowIfThere(tree, e);
    }
  }

  /** Bytes of all files in a folder; none when it is not there. */
  static long size(Path tree) throws IOException {
    long bytes = 0;
    if (!Files.isDirectory(tree)) {
      return bytes;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(path);
      }
    }
    return bytes;
  }

  /** What lies in a folder, by name; nothing when it is not there, or vanishes meanwhile. */
  static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (NoSuchFileException | UncheckedIOException e) {
      rethrowIfThere(folder, e);
      return List.of();
    }
  }

  private static void rethrowIfThere(Path folder, Exception e) throws IOException {
    if (Files.exists(folder)) {
      throw e instanceof UncheckedIOException wrapped ? wrapped.getCause() : (IOException) e;
    }
  }

  /** A checksum to be fed. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** A checksum in hex. */
  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
