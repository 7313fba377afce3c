package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.train.Snapshot;

/**
 * Cohorts that are being trained, or were when their process died, each in a folder of its own that
 * no later process writes to:
 *
 * <pre>
 * unfinished/COHORT/ID/…                     a run of it, as it will be published
 *                  /snapshot-STEP.json       where it can go on from: the last two
 *                  /snapshot-STEP.safetensors
 * </pre>
 *
 * <p>What goes on from a snapshot begins a folder of its own; the old one is dropped when the new
 * one has two snapshots, and a run's part of it when the run is published. Whoever asks for
 * anything about a run here must hold the right to train it.
 */
final class Unfinished {
  private final Path folder;

  Unfinished(Path folder) {
    this.folder = folder;
  }

  /** A new folder for a cohort. */
  Path create(List<Run> cohort) throws IOException {
    Files.createDirectories(folder);
    String unique = UUID.randomUUID().toString().substring(0, 8);
    return Files.createDirectory(folder.resolve(cohort.getFirst().id() + "-" + unique));
  }

  /** Where a run is written in a cohort's folder. */
  static Path draft(Path cohort, String id) {
    return cohort.resolve(id);
  }

  private List<Path> cohorts() throws IOException {
    return Disk.list(folder).stream().filter(Files::isDirectory).toList();
  }

  private List<Path> cohorts(List<Run> runs) throws IOException {
    return cohorts().stream()
        .filter(cohort -> runs.stream().allMatch(run -> Files.isDirectory(draft(cohort, run.id()))))
        .toList();
  }

  /**
   * Those of the runs that can go on from a snapshot, grouped as they must go on together to be at
   * one step. What is damaged is left out; {@link #find} says why.
   */
  List<List<Run>> groups(List<Run> runs) throws IOException {
    record Offer(Path cohort, SavedSnapshot saved) {}
    Map<Run, Offer> furthest = new HashMap<>();
    for (Path cohort : cohorts()) {
      List<Run> here =
          runs.stream().filter(run -> Files.isDirectory(draft(cohort, run.id()))).toList();
      if (here.isEmpty()) {
        continue;
      }
      newest(cohort)
          .ifPresent(
              saved ->
                  here.stream()
                      .filter(run -> logs(cohort, saved, run).isPresent())
                      .forEach(
                          run ->
                              furthest.merge(
                                  run,
                                  new Offer(cohort, saved),
                                  (a, b) -> a.saved().step() >= b.saved().step() ? a : b)));
    }
    Map<Path, List<Run>> groups = new LinkedHashMap<>();
    for (Run run : runs) {
      if (furthest.containsKey(run)) {
        groups.computeIfAbsent(furthest.get(run).cohort(), _ -> new ArrayList<>()).add(run);
      }
    }
    return List.copyOf(groups.values());
  }

  private static Optional<SavedSnapshot> newest(Path cohort) throws IOException {
    for (Path file : SavedSnapshot.files(cohort)) {
      try {
        return Optional.of(SavedSnapshot.read(file));
      } catch (UserException | IOException e) {
        continue; // find() tells it
      }
    }
    return Optional.empty();
  }

  /** A run's logs as far as a snapshot goes; empty when they or the run are not there. */
  private static Optional<Resumption.Logs> logs(Path cohort, SavedSnapshot saved, Run run) {
    Path draft = draft(cohort, run.id());
    return saved
        .of(run.id())
        .flatMap(
            kept ->
                kept.checkpoints()
                    .read(draft.resolve(RunStore.CHECKPOINTS))
                    .map(
                        checkpoints ->
                            new Resumption.Logs(
                                checkpoints,
                                // Seconds are no result: they may begin anew.
                                kept.timing()
                                    .read(draft.resolve(RunStore.TIMING))
                                    .orElse(Resumption.Logs.NONE.timing()))));
  }

  /**
   * The furthest snapshot that runs can go on from together.
   *
   * @param note is told, in sentences, why one that is further cannot be used
   */
  Optional<Resumption> find(List<Run> runs, Consumer<String> note) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path cohort : cohorts(runs)) {
      files.addAll(SavedSnapshot.files(cohort));
    }
    files.sort(Comparator.comparing((Path file) -> SavedSnapshot.step(file).get()).reversed());
    for (Path file : files) {
      try {
        Optional<Resumption> found = read(file, runs);
        if (found.isPresent()) {
          return found;
        }
      } catch (NoSuchFileException e) {
        note.accept("there is no " + e.getMessage());
      } catch (UserException | IOException e) {
        note.accept(e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Empty when it is no snapshot of all these runs. */
  private static Optional<Resumption> read(Path file, List<Run> runs) throws IOException {
    SavedSnapshot saved = SavedSnapshot.read(file);
    if (!runs.stream().allMatch(run -> saved.of(run.id()).isPresent())) {
      return Optional.empty();
    }
    List<Resumption.Logs> logs = new ArrayList<>();
    for (Run run : runs) {
      Path log = draft(file.getParent(), run.id()).resolve(RunStore.CHECKPOINTS);
      logs.add(
          logs(file.getParent(), saved, run)
              .orElseThrow(() -> new UserException(log + " is damaged before " + file + " ends")));
    }
    Snapshot.Tensors numbers = Safetensors.open(SavedSnapshot.tensors(file), saved.tensors());
    return Optional.of(new Resumption(saved, numbers, logs));
  }

  /**
   * Drops what is kept of a run, and the snapshots that nobody needs any more.
   *
   * @param but a cohort's folder in which it is kept all the same
   */
  void forget(String run, Optional<Path> but) throws IOException {
    for (Path cohort : cohorts()) {
      Path draft = draft(cohort, run);
      if (!Optional.of(cohort).equals(but) && Files.isDirectory(draft)) {
        Disk.delete(draft);
        close(cohort);
      }
    }
  }

  /** Deletes a cohort's folder in which no run is left. */
  static void close(Path cohort) throws IOException {
    if (runs(cohort).isEmpty()) {
      Disk.delete(cohort);
    }
  }

  private static List<Path> runs(Path cohort) throws IOException {
    return Disk.list(cohort).stream()
        .filter(path -> Files.isDirectory(path) && path.getFileName().toString().indexOf('.') < 0)
        .toList();
  }

  /** Deletes everything that no training can go on from. No other process may be at work. */
  void sweep() throws IOException {
    for (Path path : Disk.list(folder)) {
      if (!Files.isDirectory(path) || SavedSnapshot.files(path).isEmpty()) {
        Disk.delete(path);
      }
    }
  }

  /** How much there is. */
  Leftovers leftovers() throws IOException {
    int runs = 0;
    for (Path cohort : cohorts()) {
      runs += runs(cohort).size();
    }
    return new Leftovers(folder, runs, Files.isDirectory(folder) ? Disk.size(folder) : 0);
  }

  /** Deletes everything. No other process may be at work. */
  void clear() throws IOException {
    Disk.delete(folder);
  }
}
