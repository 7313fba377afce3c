package kleiber.engine.cuda.driver;

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
import java.util.Optional;
import java.util.function.ToLongFunction;

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

  /**
   * Loads the machine code of a source: what is kept, if the loader takes it, or else what is
   * compiled, which is then kept.
   *
   * @param loader gives a module; throws {@link CudaException} where it takes no such code
   */
  long load(Nvrtc compiler, String source, String architecture, ToLongFunction<byte[]> loader) {
    Path file = folder.resolve(key(compiler, source, architecture) + ".cubin");
    Optional<byte[]> kept = read(file);
    if (kept.isPresent()) {
      try {
        return loader.applyAsLong(kept.get());
      } catch (CudaOutOfMemoryException e) { // as any code would
        throw e;
      } catch (CudaException e) {
        // a damaged file; what is compiled below is refused with the same words if it is not that
      }
    }
    byte[] cubin = compiler.compile(source, architecture);
    long module = loader.applyAsLong(cubin);
    keep(cubin, source, file);
    return module;
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // compiled again
    }
  }

  private void keep(byte[] cubin, String source, Path file) {
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
      // compiled again next time
    }
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
