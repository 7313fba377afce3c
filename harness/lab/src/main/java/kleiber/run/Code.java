package kleiber.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The code that is running.
 *
 * @param version as its jar states it, or {@code unpackaged}
 * @param revision git commit, when it runs from a git checkout
 * @param dirty whether that checkout had changes that are not committed, other than to its results,
 *     which every run changes
 */
public record Code(String version, Optional<String> revision, Optional<Boolean> dirty) {
  private static final int GIT_SECONDS = 10;

  /** The code of this class. */
  public static Code running() {
    String version = Code.class.getPackage().getImplementationVersion();
    Optional<Path> home = home();
    Optional<String> revision = home.flatMap(folder -> git(folder, "rev-parse", "HEAD"));
    Optional<Boolean> dirty = revision.flatMap(_ -> dirty(home.get()));
    return new Code(version == null ? "unpackaged" : version, revision, dirty);
  }

  /** Whether the checkout around a folder has changes; empty where there is no git, or none. */
  static Optional<Boolean> dirty(Path folder) {
    return git(folder, "status", "--porcelain", "--", ":/", ":(exclude,top)results")
        .map(text -> !text.isEmpty());
  }

  /** The folder that this class or its jar lies in. */
  private static Optional<Path> home() {
    CodeSource source = Code.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path place = Path.of(source.getLocation().toURI());
      return Optional.of(Files.isDirectory(place) ? place : place.getParent());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty(); // code that does not lie in a folder is in no checkout
    }
  }

  /** What git says; empty where there is no git, or no checkout. */
  private static Optional<String> git(Path folder, String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(GIT_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
