package kleiber.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one folder, by what a URL says after the folder's place. Nothing outside is found:
 * not by {@code ..}, in whatever spelling, and not by a link that leads out.
 */
record FolderFiles(Path folder) {
  /**
   * The file that a path means.
   *
   * @param raw percent-encoded, without the slash that it begins with
   * @return its real place; empty when there is no such file, or it may not be had
   */
  Optional<Path> find(String raw) {
    try {
      String decoded = decode(raw);
      for (String name : decoded.split("/", -1)) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
          return Optional.empty();
        }
      }
      if (decoded.indexOf('\\') >= 0 || decoded.indexOf('\0') >= 0) {
        return Optional.empty();
      }
      Path root = folder.toRealPath();
      Path real = root.resolve(decoded).toRealPath();
      return real.startsWith(root) && Files.isRegularFile(real)
          ? Optional.of(real)
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // among them a path that the system cannot even spell
    }
  }

  /** Decodes percent signs once. */
  private static String decode(String raw) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(raw.length());
    for (int at = 0; at < raw.length(); at++) {
      char c = raw.charAt(at);
      if (c > 0x7F) {
        throw new IllegalArgumentException("not encoded");
      }
      if (c == '%') {
        if (at + 2 >= raw.length()) {
          throw new IllegalArgumentException("cut off");
        }
        int high = Character.digit(raw.charAt(at + 1), 16);
        int low = Character.digit(raw.charAt(at + 2), 16);
        if (high < 0 || low < 0) {
          throw new IllegalArgumentException("not hex");
        }
        bytes.put((byte) (high << 4 | low));
        at += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }
}
