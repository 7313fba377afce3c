package kleiber.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kleiber.experiment.Catalogue;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * What came of deriving one study's numbers again.
 *
 * @param name of the study, as a user names it
 * @param findings empty when its data are not there, or when it failed
 * @param absent files that are not there
 * @param failure why it could not be done; empty when it was
 * @param seconds that it took
 */
public record Reproduction(
    String name,
    String source,
    Study.Data data,
    List<Finding> findings,
    List<Path> absent,
    Optional<String> failure,
    double seconds) {
  public Reproduction {
    findings = List.copyOf(findings);
    absent = List.copyOf(absent);
  }

  /** Whether all that was looked at agrees. */
  public boolean agrees() {
    return failure.isEmpty() && findings.stream().allMatch(Finding::agrees);
  }

  /**
   * Derives studies again, side by side.
   *
   * @param names of studies; empty for all
   * @param data folder of all data sets
   * @throws UserException when there is no study of a name
   */
  public static List<Reproduction> of(List<String> names, Path data) {
    var known = Catalogue.of(Study.class);
    for (String name : names) {
      if (!known.containsKey(name)) {
        throw new UserException(
            "there is no study '%s'; %s".formatted(name, Names.known(name, known.keySet())));
      }
    }
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Reproduction>> futures = new ArrayList<>();
      known.forEach(
          (name, type) -> {
            if (names.isEmpty() || names.contains(name)) {
              Study study = study(type);
              futures.add(cores.submit(() -> of(name, study, data)));
            }
          });
      List<Reproduction> done = new ArrayList<>();
      for (Future<Reproduction> future : futures) {
        done.add(future.get());
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Study study(Class<?> type) {
    try {
      return (Study) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no constructor without arguments", e);
    }
  }

  private static Reproduction of(String name, Study study, Path data) {
    Path folder = data.resolve(study.data().folder());
    List<Path> absent =
        study.data().files().stream()
            .map(folder::resolve)
            .filter(file -> !Files.isRegularFile(file))
            .toList();
    long start = System.nanoTime();
    List<Finding> findings = List.of();
    Optional<String> failure = Optional.empty();
    if (absent.isEmpty()) {
      try {
        findings = study.reproduce(folder);
      } catch (IOException | RuntimeException e) {
        failure = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    double seconds = 1e-9 * (System.nanoTime() - start);
    return new Reproduction(name, study.source(), study.data(), findings, absent, failure, seconds);
  }
}
