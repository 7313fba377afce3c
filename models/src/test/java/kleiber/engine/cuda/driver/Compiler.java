package kleiber.engine.cuda.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Shared libraries for tests, made by the machine's C++ compiler and kept as long as their sources
 * stay the same.
 */
final class Compiler {
  private static final Path BUILT =
      Path.of(System.getProperty("kleiber.home"), "models", "target", "emulator");

  private Compiler() {}

  /** Whether the machine has one. */
  static boolean available() {
    try {
      Process process = new ProcessBuilder("g++", "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return System.getProperty("os.name").equals("Linux")
          && process.waitFor(10, TimeUnit.SECONDS)
          && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * @param sources by file name, the first to be compiled, the others to be included
   */
  static Path library(Map<String, String> sources, String... options) {
    String main = sources.keySet().iterator().next();
    try {
      Path folder = BUILT.resolve(digest(sources, options));
      Path library = folder.resolve("lib" + main.replaceFirst("\\..*", "") + ".so");
      if (Files.exists(library)) {
        return library;
      }
      Files.createDirectories(folder);
      for (Map.Entry<String, String> source : sources.entrySet()) {
        Files.writeString(folder.resolve(source.getKey()), source.getValue());
      }
      Path unfinished = Files.createTempFile(folder, "unfinished", ".so");
      List<String> command = new ArrayList<>(List.of("g++", "-shared", "-fPIC", "-std=c++20"));
      command.addAll(List.of(options));
      command.addAll(List.of("-o", unfinished.toString(), folder.resolve(main).toString()));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + "\n" + said);
      }
      Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String digest(Map<String, String> sources, String... options) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join(" ", options).getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, String> source : sources.entrySet()) {
        digest.update(
            (source.getKey() + "\n" + source.getValue()).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file beside the tests. */
  static String resource(String name) {
    try (InputStream stream = Compiler.class.getResourceAsStream("/kleiber/engine/cuda/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
