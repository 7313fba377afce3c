package kleiber.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import kleiber.experiment.Binder;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;

/**
 * The files that a run was published with: {@code files.json}, written last. It tells what disks
 * and hands do to a run afterwards; whoever forges a log can forge it too.
 *
 * @param sha256 in hex, by the file's name
 */
record FileSums(Map<String, String> sha256) {
  /** Name of the file, which is not among those that it tells of. */
  static final String FILE = "files.json";

  FileSums {
    sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
  }

  /** Of the files in a folder as they are. */
  static FileSums of(Path folder) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    for (Path file : Disk.list(folder)) {
      String name = file.getFileName().toString();
      if (!name.equals(FILE)) {
        sums.put(name, Files.isRegularFile(file) ? of(file, Disk.sha256()) : "not a file");
      }
    }
    return new FileSums(sums);
  }

  /**
   * Sees to it that files are what they were when the run in a folder was published, if that is
   * known.
   *
   * @throws UserException when one is not
   */
  static void verify(Path folder, String... names) throws IOException {
    if (!Files.exists(folder.resolve(FILE))) {
      return; // published by an older version
    }
    FileSums then = published(folder);
    for (String name : names) {
      Path file = folder.resolve(name);
      String sum = then.sha256().get(name);
      if (sum != null && !sum.equals(of(file, Disk.sha256()))) {
        throw new UserException(file + " is damaged: its SHA-256 is not the one in " + FILE);
      }
    }
  }

  private static String of(Path file, MessageDigest digest) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Disk.hex(digest.digest());
  }

  /**
   * As they were when the run in a folder was published.
   *
   * @throws UserException when the file is there and says something else
   * @throws IOException when it is not there or cannot be read
   */
  static FileSums published(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Binder.log().bind(Yaml.parse(Files.readString(file), file.toString()), FileSums.class);
  }
}
