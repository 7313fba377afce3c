package kleiber.engine.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Compiled kernels, kept in a folder under the hash of all that decides them. A folder that cannot
 * be written costs a second at each start and nothing else.
 */
record Cubins(Path folder) {
  /**
   * The user's, under {@code KLEIBER_CACHE}, {@code XDG_CACHE_HOME/kleiber} or {@code
   * ~/.cache/kleiber}.
   */
  static Cubins ofUser() {
    String own = System.getenv("KLEIBER_CACHE");
    String general = System.getenv("XDG_CACHE_HOME");
    Path cache =
        own != null && !own.isBlank()
            ? Path.of(own)
            : general != null && !general.isBlank()
                ? Path.of(general, "kleiber")
                : Path.of(System.getProperty("user.home"), ".cache", "kleiber");
    return new Cubins(cache.resolve("cubins"));
  }

  /** The machine code of a source. */
  byte[] get(Nvrtc compiler, String source, String architecture) {
    Path file = folder.resolve(key(compiler, source, architecture) + ".cubin");
    try {
      if (Files.isRegularFile(file)) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      // compiled again below
    }
    byte[] cubin = compiler.compile(source, architecture);
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, source, ".unfinished");
      try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(cubin);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true); // or a power cut could leave a torn one under the final name
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return cubin; // compiled again next time
    }
    return cubin;
  }

  private static String key(Nvrtc compiler, String source, String architecture) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text = KernelSources.text(source + ".cu");
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      for (String header : KernelSources.headers(text)) {
        digest.update(KernelSources.text(header).getBytes(StandardCharsets.UTF_8));
      }
      digest.update((compiler.version() + architecture).getBytes(StandardCharsets.UTF_8));
      String hash = HexFormat.of().formatHex(digest.digest(), 0, 16);
      return source + "-" + architecture + "-" + hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
