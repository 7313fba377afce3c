package kleiber.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.observe.Analysis;
import kleiber.report.Report;
import kleiber.run.RunStore;
import kleiber.study.Conclusions;

/**
 * The report of the runs that have ended, made again when somebody asks for it after more have. It
 * is made aside: the folder of the results is only read.
 */
final class GrowingReport implements AutoCloseable {
  private final Experiment experiment;
  private final RunStore store;
  private final Path aside;
  private Optional<Path> current = Optional.empty();
  private Optional<Path> before = Optional.empty();
  private List<String> told = List.of("nothing yet");

  GrowingReport(Experiment experiment, RunStore store) throws IOException {
    this.experiment = experiment;
    this.store = store;
    aside = Files.createTempDirectory("kleiber-report");
  }

  /**
   * Where the report lies, which tells of these runs.
   *
   * @param ended ids of the runs that have come to an end
   */
  synchronized Path of(List<String> ended) throws IOException {
    if (!ended.equals(told)) {
      Path next = Files.createTempDirectory(aside, "report");
      Analysis analysis = Analysis.of(experiment, store.load(experiment));
      Report.write(next, store, Conclusions.of(analysis));
      delete(before); // the one between is kept: it may be being sent
      before = current;
      current = Optional.of(next);
      told = List.copyOf(ended);
    }
    return current.orElse(aside);
  }

  private static void delete(Optional<Path> folder) throws IOException {
    if (folder.isPresent()) {
      try (Stream<Path> files = Files.walk(folder.get())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    try {
      delete(Optional.of(aside));
    } catch (IOException | UncheckedIOException e) {
      return; // a folder for what may be lost
    }
  }
}
