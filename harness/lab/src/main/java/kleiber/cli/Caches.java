package kleiber.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where things are kept that can be made again: KLEIBER_CACHE, or the user's cache folder. */
final class Caches {
  private Caches() {}

  static Path folder() {
    return variable("KLEIBER_CACHE")
        .or(() -> variable("XDG_CACHE_HOME").map(cache -> cache.resolve("kleiber")))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kleiber"));
  }

  /** Tokenized corpora. */
  static Path corpora() {
    return folder().resolve("corpora");
  }

  /** What steps take on this machine. */
  static Path stepTimes() {
    return folder().resolve("steps.jsonl");
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(s -> !s.isBlank()).map(Path::of);
  }
}
