package kleiber.run;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Binder;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;

/** Reads the folder of one run, which tells whatever became of it. */
final class RunReader {
  private RunReader() {}

  /** The run; never throws, since a run that cannot be read is missing. */
  static StoredRun load(Run run, Path own) {
    if (!Files.isDirectory(own)) {
      return missing(run, Optional.empty());
    }
    try {
      return read(run, own);
    } catch (CharacterCodingException e) {
      return missing(
          run, Optional.of("what is stored cannot be read: a file in " + own + " is not text"));
    } catch (UserException | IOException e) {
      String file = e instanceof NoSuchFileException ? "there is no " : "";
      return missing(run, Optional.of("what is stored cannot be read: " + file + e.getMessage()));
    }
  }

  /** Where its numbers come from; empty when that cannot be read. */
  static Optional<Provenance> provenance(Path own) {
    try {
      return Optional.of(record(own.resolve(RunStore.PROVENANCE), Provenance.class));
    } catch (UserException | IOException e) {
      return Optional.empty();
    }
  }

  /** Rows of its timing; empty when they cannot be read. */
  static List<Timing> timing(Path own) {
    try {
      return rows(own.resolve(RunStore.TIMING), Timing.class);
    } catch (UserException | IOException e) {
      return List.of();
    }
  }

  /** Whether nobody trains the run any more; one that failed may be at it again elsewhere. */
  static boolean isFinal(Path own) {
    try {
      return record(own.resolve(RunStore.OUTCOME), Outcome.class).state().isFinal();
    } catch (UserException | IOException e) {
      return false;
    }
  }

  private static StoredRun read(Run run, Path own) throws IOException {
    FileSums.verify(own, RunStore.SPEC, RunStore.FACTS, RunStore.CHECKPOINTS, RunStore.OUTCOME);
    if (!Files.readString(own.resolve(RunStore.SPEC)).equals(run.canonical())) {
      throw new UserException(own.resolve(RunStore.SPEC) + " is not the spec of run " + run.id());
    }
    Outcome outcome = record(own.resolve(RunStore.OUTCOME), Outcome.class);
    Optional<Facts> facts =
        outcome.state() == StoredRun.State.FAILED && !Files.exists(own.resolve(RunStore.FACTS))
            ? Optional.empty()
            : Optional.of(record(own.resolve(RunStore.FACTS), Facts.class));
    List<Checkpoint> checkpoints = rows(own.resolve(RunStore.CHECKPOINTS), Checkpoint.class);
    if (checkpoints.size() != outcome.checkpoints()) {
      throw new UserException(
          "%s has %d rows but was written with %d"
              .formatted(
                  own.resolve(RunStore.CHECKPOINTS), checkpoints.size(), outcome.checkpoints()));
    }
    List<Timing> timing = timing(own);
    double seconds = timing.isEmpty() ? Double.NaN : timing.getLast().seconds();
    return new StoredRun(run, outcome.state(), outcome.reason(), facts, checkpoints, seconds);
  }

  private static StoredRun missing(Run run, Optional<String> reason) {
    return new StoredRun(
        run, StoredRun.State.MISSING, reason, Optional.empty(), List.of(), Double.NaN);
  }

  private static <T> T record(Path file, Class<T> type) throws IOException {
    return Binder.log().bind(Yaml.parse(Files.readString(file), file.toString()), type);
  }

  private static <T> List<T> rows(Path file, Class<T> type) throws IOException {
    List<T> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String source = file + ", row " + (rows.size() + 1);
      rows.add(Binder.log().bind(Yaml.parse(line, source), type));
    }
    return rows;
  }
}
