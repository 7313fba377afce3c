package kleiber.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;

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
 *         weights.safetensors  final weights by parameter, when they were asked for
 *         files.json       SHA-256 of each of these
 * unfinished/ID/HOLDER/    the same of a run that is being trained, or was when its process died,
 *                          see {@link Claims}
 * snapshots/               what those can go on from, see {@link Snapshots}
 * pulses/                  how far those are right now, see {@link Pulse}
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
  private static final String FAILED = ".failed";
  private static final String UNREADABLE = ".unreadable";

  /** Opens the files that runs are written to. */
  @FunctionalInterface
  interface Opener {
    OutputStream open(Path file) throws IOException;
  }

  private static final Opener NEW_FILE =
      file -> Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);

  private final Path folder;
  private final Opener opener;
  private final Snapshots snapshots;

  /** The store in an experiment's folder, which need not be there yet. */
  public RunStore(Path folder) {
    this(folder, NEW_FILE);
  }

  RunStore(Path folder, Opener opener) {
    this.folder = folder;
    this.opener = opener;
    snapshots = new Snapshots(folder.resolve("snapshots"));
  }

  /** The same store, the files of which wait for room where the disk is full. */
  RunStore waitingFor(Room room) {
    return opener == NEW_FILE ? new RunStore(folder, room::open) : this;
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
    return RunReader.load(run, folder(run));
  }

  /** The runs of an experiment as they are stored, in its order. */
  public List<StoredRun> load(Experiment experiment) {
    return experiment.runs().stream().map(this::load).toList();
  }

  /**
   * A run at a glance.
   *
   * @param heldOut the held-out set to tell the loss of
   */
  public RunSummary summary(Run run, String heldOut) {
    return RunSummary.of(this, run, heldOut);
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
    return RunReader.provenance(folder(run));
  }

  /** Rows of a stored run's timing; empty when they cannot be read. */
  public List<Timing> timing(Run run) {
    return RunReader.timing(folder(run));
  }

  /** Who trains which run. */
  Claims claims(Duration lease) {
    return new Claims(unfinished(), lease);
  }

  /** How far cohorts are that are being trained. */
  public Pulses pulses() {
    return new Pulses(folder.resolve("pulses"), unfinished());
  }

  /** Keeps a copy of the experiment's file. */
  void keep(Experiment experiment) throws IOException {
    Files.createDirectories(folder);
    Path draft = folder.resolve(EXPERIMENT + "." + Holder.here().name());
    try {
      try (OutputStream out = opener.open(draft)) {
        out.write(experiment.text().getBytes(StandardCharsets.UTF_8));
      }
      Disk.settle(draft, experiment());
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Those of the runs that can go on from a snapshot, in groups that must be trained together to do
   * so: each is to be begun as one cohort, or less than one. Snapshots of runs that are done or
   * diverged, and are not among these, are dropped.
   */
  List<List<Run>> resumable(List<Run> runs) throws IOException {
    Set<String> wanted = runs.stream().map(Run::id).collect(Collectors.toSet());
    for (String id : snapshots.runs()) {
      if (!wanted.contains(id) && RunReader.isFinal(runs().resolve(id))) {
        snapshots.forget(id, Optional.empty()); // its process died just after it published it
      }
    }
    return snapshots.groups(runs, this::logs);
  }

  /** Begins to write a cohort, aside; with what it goes on from, if there is anything. */
  CohortDraft begin(List<Claim> cohort) throws IOException {
    return new CohortDraft(cohort, this, snapshots, opener);
  }

  /** Where the log of a run that goes on lies: with what failed, if it has no draft. */
  Path logs(Run run) {
    return draft(run).filter(draft -> Files.exists(draft.resolve(CHECKPOINTS))).orElse(folder(run));
  }

  /** The folder that an unfinished run is written in, whoever holds it. */
  Optional<Path> draft(Run run) {
    try (Stream<Path> drafts = Files.list(unfinished().resolve(run.id()))) {
      return drafts.filter(Files::isDirectory).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Deletes what is in a claim's folder, and keeps the claim. */
  void discard(Claim claim) throws IOException {
    for (Path file : Disk.list(claim.folder())) {
      Disk.delete(file);
    }
  }

  /** Sees to it that the names of unfinished runs and of their snapshots are on the disk. */
  void forceFolders(List<Claim> claims) {
    for (Claim claim : claims) {
      Disk.forceFolder(claim.folder());
      Disk.forceFolder(claim.folder().getParent());
    }
    Disk.forceFolder(unfinished());
    Disk.forceFolder(snapshots.folder());
    Disk.forceFolder(folder);
  }

  /** What unfinished runs take. */
  public Leftovers leftovers() throws IOException {
    int runs = 0;
    for (Path place : Disk.list(unfinished())) {
      runs += Claims.isDraft(place) || Disk.list(place).isEmpty() ? 0 : 1;
    }
    return new Leftovers(runs, Disk.size(unfinished()) + Disk.size(snapshots.folder()));
  }

  /**
   * Deletes what unfinished runs left: they will start over.
   *
   * @throws UserException when another process may be at work here
   */
  public void clean() throws IOException {
    Optional<String> held = Claims.held(unfinished());
    if (held.isPresent()) {
      throw new UserException(
          ("%s: run %s is being trained, perhaps on another machine; stop what trains it first, or,"
                  + " if nothing does, delete %s yourself")
              .formatted(folder, held.get(), unfinished()));
    }
    Disk.delete(pulses().folder());
    Disk.delete(snapshots.folder());
    Disk.delete(unfinished());
  }

  /**
   * Gives a written run its place, or its place instead of one that failed; what could not be read
   * is kept beside.
   *
   * @param state that the draft tells
   * @throws ClaimLost when another process took the claim over; what was written is published by no
   *     one
   */
  void publish(Claim claim, StoredRun.State state) throws IOException {
    Files.createDirectories(runs());
    Run run = claim.run();
    Path target = folder(run);
    Optional<Path> old = Optional.empty();
    if (Files.exists(target)) {
      StoredRun.State before = load(run).state();
      if (before.isFinal() || !claim.isHeld()) {
        throw new ClaimLost(run);
      }
      old = Optional.of(free(run.id() + (before == StoredRun.State.FAILED ? FAILED : UNREADABLE)));
      Files.move(target, old.get(), StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      if (old.isPresent() && RunReader.load(run, old.get()).state().isFinal()) {
        throw new ClaimLost(run); // another published it in this very moment
      }
      Files.move(claim.folder(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (old.isPresent() && !Files.exists(target)) {
        Files.move(old.get(), target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw claim.isHeld() ? e : new ClaimLost(run);
    }
    if (old.isPresent() && old.get().toString().endsWith(FAILED)) {
      Disk.delete(old.get());
    }
    Disk.forceFolder(runs());
    Disk.forceFolder(folder);
    if (state != StoredRun.State.FAILED) {
      snapshots.forget(run.id(), Optional.empty());
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

  Path unfinished() {
    return folder.resolve("unfinished");
  }

  Path runs() {
    return folder.resolve("runs");
  }
}
