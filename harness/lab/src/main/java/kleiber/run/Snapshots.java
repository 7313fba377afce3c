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
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.train.Snapshot;

/**
 * What unfinished trainings can go on from. Every training of a cohort has a folder of its own, so
 * that one which was presumed dead and writes on harms no other:
 *
 * <pre>
 * snapshots/COHORT/snapshot-STEP.json         the last two
 *                  snapshot-STEP.safetensors
 *                  ID.run                     empty: the run may still need one of them
 * </pre>
 *
 * <p>What goes on from a snapshot has two of its own before the old ones are dropped. Who asks for
 * anything about a run here must have the right to train it.
 */
final class Snapshots {
  private static final String NEEDED = ".run";

  private final Path folder;

  Snapshots(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** A new folder for the snapshots of a cohort. */
  Path create(List<Run> cohort) throws IOException {
    Files.createDirectories(folder);
    String unique = UUID.randomUUID().toString().substring(0, 8);
    Path own = Files.createDirectory(folder.resolve(cohort.getFirst().id() + "-" + unique));
    for (Run run : cohort) {
      Files.createFile(needed(own, run.id()));
    }
    return own;
  }

  private static Path needed(Path cohort, String id) {
    return cohort.resolve(id + NEEDED);
  }

  private List<Path> cohorts() throws IOException {
    return Disk.list(folder).stream().filter(Files::isDirectory).toList();
  }

  /** Ids of the runs that may need one. */
  Set<String> runs() throws IOException {
    Set<String> ids = new TreeSet<>();
    for (Path cohort : cohorts()) {
      ids.addAll(runs(cohort));
    }
    return ids;
  }

  private static Set<String> runs(Path cohort) throws IOException {
    return Disk.list(cohort).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(NEEDED))
        .map(name -> name.substring(0, name.length() - NEEDED.length()))
        .collect(Collectors.toSet());
  }

  /**
   * Those of the runs that can go on from a snapshot, grouped as they must go on together to be at
   * one step. What is damaged is left out; {@link #find} says why.
   *
   * @param logs the folder that a run's log lies in
   */
  List<List<Run>> groups(List<Run> runs, Function<Run, Path> logs) throws IOException {
    record Offer(Path cohort, long step) {}
    Map<Run, Offer> furthest = new HashMap<>();
    for (Path cohort : cohorts()) {
      List<Run> here = runs.stream().filter(run -> Files.exists(needed(cohort, run.id()))).toList();
      Optional<SavedSnapshot> saved = here.isEmpty() ? Optional.empty() : newest(cohort);
      for (Run run : here) {
        if (saved.flatMap(newest -> begun(newest, run, logs)).isPresent()) {
          furthest.merge(
              run, new Offer(cohort, saved.get().step()), (a, b) -> a.step() >= b.step() ? a : b);
        }
      }
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
  private static Optional<Resumption.Logs> begun(
      SavedSnapshot saved, Run run, Function<Run, Path> logs) {
    Optional<SavedSnapshot.SavedRun> kept = saved.of(run.id());
    return kept.flatMap(of -> of.checkpoints().read(logs.apply(run).resolve(RunStore.CHECKPOINTS)))
        .map(
            checkpoints ->
                new Resumption.Logs(
                    checkpoints,
                    kept.get() // times are no result: they may begin anew
                        .timing()
                        .read(logs.apply(run).resolve(RunStore.TIMING))
                        .orElse(Resumption.Logs.NONE.timing())));
  }

  /**
   * The furthest snapshot that runs can go on from together.
   *
   * @param logs the folder that a run's log lies in
   * @param note is told, in sentences, why one that is further cannot be used
   */
  Optional<Resumption> find(List<Run> runs, Function<Run, Path> logs, Consumer<String> note)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path cohort : cohorts()) {
      if (runs.stream().allMatch(run -> Files.exists(needed(cohort, run.id())))) {
        files.addAll(SavedSnapshot.files(cohort));
      }
    }
    files.sort(Comparator.comparing((Path file) -> SavedSnapshot.step(file).get()).reversed());
    for (Path file : files) {
      try {
        Optional<Resumption> found = read(file, runs, logs);
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
  private static Optional<Resumption> read(Path file, List<Run> runs, Function<Run, Path> logs)
      throws IOException {
    SavedSnapshot saved = SavedSnapshot.read(file);
    if (!runs.stream().allMatch(run -> saved.of(run.id()).isPresent())) {
      return Optional.empty();
    }
    List<Resumption.Logs> begun = new ArrayList<>();
    for (Run run : runs) {
      begun.add(
          begun(saved, run, logs)
              .orElseThrow(
                  () ->
                      new UserException(
                          "%s is not what it was when %s was written"
                              .formatted(logs.apply(run).resolve(RunStore.CHECKPOINTS), file))));
    }
    Snapshot.Tensors numbers = Safetensors.open(SavedSnapshot.tensors(file), saved.tensors());
    return Optional.of(new Resumption(saved, numbers, begun));
  }

  /**
   * A run needs no snapshot any more; those that no run needs are deleted. What cannot be deleted
   * now is left for the next start, since no training may end by it.
   *
   * @param but a cohort's folder that it still needs
   */
  void forget(String run, Optional<Path> but) {
    try {
      for (Path cohort : cohorts()) {
        if (!Optional.of(cohort).equals(but)
            && Files.deleteIfExists(needed(cohort, run))
            && runs(cohort).isEmpty()) {
          Disk.delete(cohort);
        }
      }
    } catch (IOException e) {
      return;
    }
  }
}
