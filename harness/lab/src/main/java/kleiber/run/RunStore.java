package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Binder;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Yaml;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;

/**
 * The folder of one experiment:
 *
 * <pre>
 * experiment.yaml          reads to the experiment that was last run here
 * runs/ID/spec.json        canonical: the id is its hash
 *         facts.json       what followed from the spec once the corpora were open
 *         checkpoints.jsonl  losses; equal bytes for equal runs
 *         timing.jsonl     seconds and tokens per second
 *         provenance.json  code, machine, numerics, corpora, command, times
 *         outcome.json     done, diverged or failed, and why
 *         error.txt        the details, when it failed
 *         weights.safetensors  final weights by parameter, when they were asked for; in Python:
 *                          safetensors.numpy.load_file(…)
 * unfinished/ID/           the same of a run that is being trained, or was when its process died
 * snapshots/               what those can go on from, see {@link Snapshots}
 * </pre>
 *
 * <p>A run is written aside and published by one rename, so a run that is there is whole. One that
 * cannot be read all the same, by a damaged disk or a hand, counts as missing, and says why; when
 * it is trained again, the old folder is kept as {@code runs/ID.unreadable}.
 */
public final class RunStore {
  static final String SPEC = "spec.json";
  static final String FACTS = "facts.json";
  static final String CHECKPOINTS = "checkpoints.jsonl";
  static final String TIMING = "timing.jsonl";
  static final String PROVENANCE = "provenance.json";
  static final String OUTCOME = "outcome.json";
  static final String ERROR = "error.txt";
  static final String WEIGHTS = "weights.safetensors";

  private static final String EXPERIMENT = "experiment.yaml";

  /** Opens the files that runs are written to. */
  @FunctionalInterface
  interface Opener {
    OutputStream open(Path file) throws IOException;
  }

  private final Path folder;
  private final Opener opener;
  private final Snapshots snapshots;

  /** The store in an experiment's folder, which need not be there yet. */
  public RunStore(Path folder) {
    this(folder, file -> Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
  }

  RunStore(Path folder, Opener opener) {
    this.folder = folder;
    this.opener = opener;
    snapshots = new Snapshots(folder.resolve("snapshots"));
  }

  /** The experiment's folder. */
  public Path folder() {
    return folder;
  }

  /** The folder of a run that is stored. */
  public Path folder(Run run) {
    return runs().resolve(run.id());
  }

  /** The copy of the experiment file. */
  public Path experiment() {
    return folder.resolve(EXPERIMENT);
  }

  /** A run as its folder tells it; never throws, since a run that cannot be read is missing. */
  public StoredRun load(Run run) {
    if (!Files.isDirectory(folder(run))) {
      return missing(run, Optional.empty());
    }
    try {
      return read(run);
    } catch (UserException | IOException e) {
      String file = e instanceof NoSuchFileException ? "there is no " : "";
      return missing(run, Optional.of("what is stored cannot be read: " + file + e.getMessage()));
    }
  }

  /** The runs of an experiment as they are stored, in its order. */
  public List<StoredRun> load(Experiment experiment) {
    return experiment.runs().stream().map(this::load).toList();
  }

  /**
   * Every run in the folder, of whatever experiment, by id. A folder whose spec cannot be read is
   * left out.
   */
  public List<StoredRun> loadAll() throws IOException {
    if (!Files.isDirectory(runs())) {
      return List.of();
    }
    List<Path> folders;
    try (Stream<Path> list = Files.list(runs())) {
      folders = list.filter(path -> Files.exists(path.resolve(SPEC))).sorted().toList();
    }
    List<StoredRun> all = new ArrayList<>();
    for (Path each : folders) {
      try {
        Run run = Run.parse(Files.readString(each.resolve(SPEC)), each.resolve(SPEC).toString());
        if (run.id().equals(each.getFileName().toString())) {
          all.add(load(run));
        }
      } catch (UserException | IOException e) {
        continue; // says nothing about any run
      }
    }
    return all;
  }

  /** Where a stored run's numbers come from; empty when that cannot be read. */
  public Optional<Provenance> provenance(Run run) {
    try {
      return Optional.of(record(folder(run).resolve(PROVENANCE), Provenance.class));
    } catch (UserException | IOException e) {
      return Optional.empty();
    }
  }

  /** Rows of a stored run's timing; empty when they cannot be read. */
  public List<Timing> timing(Run run) {
    try {
      return rows(folder(run).resolve(TIMING), Timing.class);
    } catch (UserException | IOException e) {
      return List.of();
    }
  }

  /**
   * Takes the right to write here.
   *
   * @throws UserException when another holds it
   */
  FolderLock lock() throws IOException {
    return FolderLock.take(folder);
  }

  /** Keeps a copy of the experiment's file. */
  void keep(Experiment experiment) throws IOException {
    Files.createDirectories(folder);
    Path draft = folder.resolve(EXPERIMENT + ".part");
    Files.deleteIfExists(draft);
    try (OutputStream out = opener.open(draft)) {
      out.write(experiment.text().getBytes(StandardCharsets.UTF_8));
    }
    Files.move(draft, experiment(), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Those of the runs that can go on from a snapshot, in groups that must be trained together to do
   * so: each is to be begun as one cohort, or less than one. Snapshots of runs that are stored, and
   * are not among these, are dropped.
   */
  List<List<Run>> resumable(List<Run> runs) throws IOException {
    Set<String> wanted = runs.stream().map(Run::id).collect(Collectors.toSet());
    for (String id : snapshots.runs()) {
      if (!wanted.contains(id) && Files.exists(runs().resolve(id).resolve(OUTCOME))) {
        snapshots.forget(id, Optional.empty()); // its process died just after it published it
      }
    }
    return snapshots.groups(runs, this::logs);
  }

  /** Begins to write a cohort, aside; with what it goes on from, if there is anything. */
  CohortDraft begin(List<Run> cohort) throws IOException {
    return new CohortDraft(cohort, this, snapshots, opener);
  }

  /** The folder that an unfinished run is written in. */
  Path draft(Run run) {
    return unfinished().resolve(run.id());
  }

  /** Where the log of a run that goes on lies: with what failed, if it has no draft. */
  Path logs(Run run) {
    return Files.isDirectory(draft(run)) ? draft(run) : folder(run);
  }

  /** Deletes an unfinished run. */
  void discard(Run run) throws IOException {
    Disk.delete(draft(run));
  }

  /** Sees to it that the names of unfinished runs and of their snapshots are on the disk. */
  void forceFolders(Set<String> ids) {
    ids.forEach(id -> Disk.forceFolder(unfinished().resolve(id)));
    Disk.forceFolder(unfinished());
    Disk.forceFolder(snapshots.folder());
    Disk.forceFolder(folder);
  }

  /** What unfinished runs take. */
  public Leftovers leftovers() throws IOException {
    return new Leftovers(
        Disk.list(unfinished()).size(), Disk.size(unfinished()) + Disk.size(snapshots.folder()));
  }

  /**
   * Deletes what unfinished runs left: they will start over.
   *
   * @throws UserException when another process writes here
   */
  public void clean() throws IOException {
    try (FolderLock _ = lock()) {
      Disk.delete(snapshots.folder());
      Disk.delete(unfinished());
    }
  }

  /**
   * Gives a written run its place, or its place instead of one that failed; what could not be read
   * is kept beside. A run that is done already is not published twice: the draft is dropped.
   *
   * @param state that the draft tells
   */
  void publish(Run run, StoredRun.State state) throws IOException {
    Files.createDirectories(runs());
    if (!place(run)) {
      discard(run);
    }
    Disk.forceFolder(runs());
    if (state != StoredRun.State.FAILED) {
      snapshots.forget(run.id(), Optional.empty());
    }
  }

  /** Moves a draft to its place; false when a run that has ended is there. */
  private boolean place(Run run) throws IOException {
    Path draft = draft(run);
    Path target = folder(run);
    while (true) {
      StoredRun.State state = load(run).state();
      if (state == StoredRun.State.DONE || state == StoredRun.State.DIVERGED) {
        return false;
      }
      boolean failed = state == StoredRun.State.FAILED;
      Path old = failed ? draft.resolveSibling(run.id() + ".old") : free(run.id() + ".unreadable");
      Disk.delete(draft.resolveSibling(run.id() + ".old"));
      if (Files.exists(target)) {
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      }
      try {
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
        continue; // another process was faster
      }
      if (failed) {
        Disk.delete(old);
      }
      return true;
    }
  }

  /** A path beside the runs at which nothing lies yet. */
  private Path free(String name) {
    Path path = runs().resolve(name);
    for (int i = 2; Files.exists(path); i++) {
      path = runs().resolve(name + "." + i);
    }
    return path;
  }

  private Path unfinished() {
    return folder.resolve("unfinished");
  }

  private Path runs() {
    return folder.resolve("runs");
  }

  private StoredRun read(Run run) throws IOException {
    Path own = folder(run);
    if (!Files.readString(own.resolve(SPEC)).equals(run.canonical())) {
      throw new UserException(own.resolve(SPEC) + " is not the spec of run " + run.id());
    }
    Outcome outcome = record(own.resolve(OUTCOME), Outcome.class);
    Optional<Facts> facts =
        outcome.state() == StoredRun.State.FAILED && !Files.exists(own.resolve(FACTS))
            ? Optional.empty()
            : Optional.of(record(own.resolve(FACTS), Facts.class));
    List<Checkpoint> checkpoints = rows(own.resolve(CHECKPOINTS), Checkpoint.class);
    if (checkpoints.size() != outcome.checkpoints()) {
      throw new UserException(
          "%s has %d rows but was written with %d"
              .formatted(own.resolve(CHECKPOINTS), checkpoints.size(), outcome.checkpoints()));
    }
    List<Timing> timing = timing(run);
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
