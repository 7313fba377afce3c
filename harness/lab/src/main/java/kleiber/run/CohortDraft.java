package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.Run;
import kleiber.train.Snapshot;

/** The folder that a cohort is written in until its runs are published, with its snapshots. */
final class CohortDraft implements AutoCloseable {
  /** So many snapshots are kept: should one be damaged, there is another. */
  private static final int KEPT = 2;

  private final List<Run> cohort;
  private final Unfinished unfinished;
  private final RunStore.Opener opener;
  private final Path folder;
  private final List<RunWriter> writers = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Optional<Resumption> resumption;

  private Set<String> saved = Set.of();
  private int snapshots;
  private boolean startedOver;

  CohortDraft(List<Run> cohort, RunStore store, Unfinished unfinished, RunStore.Opener opener)
      throws IOException {
    this.cohort = List.copyOf(cohort);
    this.unfinished = unfinished;
    this.opener = opener;
    resumption = unfinished.find(cohort, notes::add);
    if (resumption.isEmpty()) {
      forgetOthers();
    }
    folder = unfinished.create(cohort);
    try {
      for (int member = 0; member < cohort.size(); member++) {
        Run run = cohort.get(member);
        Path draft = Files.createDirectory(Unfinished.draft(folder, run.id()));
        int number = member;
        writers.add(
            new RunWriter(
                store,
                run,
                draft,
                resumption.map(from -> from.logs().get(number)).orElse(Resumption.Logs.NONE),
                opener));
      }
    } catch (IOException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(IOException cause) {
    try {
      for (RunWriter writer : writers) {
        writer.close();
      }
      close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void forgetOthers() throws IOException {
    for (Run run : cohort) {
      unfinished.forget(run.id(), Optional.ofNullable(folder));
    }
  }

  /** By member. */
  List<RunWriter> writers() {
    return writers;
  }

  /** Sentences about saved state that cannot be used. */
  List<String> notes() {
    return notes;
  }

  /** What the cohort goes on from. */
  Optional<Resumption> resumption() {
    return resumption;
  }

  /** Whether the next start can go on with a run. */
  boolean keeps(Run run) {
    return saved.contains(run.id()) || resumption.isPresent() && !startedOver;
  }

  /** Every run begins with nothing, and what there was to go on from is dropped. */
  void startOver() throws IOException {
    startedOver = true;
    for (RunWriter writer : writers) {
      writer.restart();
    }
    forgetOthers();
  }

  /**
   * Keeps a snapshot: logs first, then the numbers, then what says that they are there, each on the
   * disk before the next is begun.
   *
   * @param seconds of training so far
   */
  void save(Snapshot snapshot, double seconds, String started, int resumed) throws IOException {
    Path json = SavedSnapshot.file(folder, snapshot.step());
    if (Files.exists(json)) {
      return; // stopped just after it was taken: rows told since are told again
    }
    List<SavedSnapshot.SavedRun> runs = new ArrayList<>();
    for (Snapshot.State state : snapshot.members()) {
      String id = cohort.get(state.member()).id();
      RunWriter writer = writers.get(state.member());
      runs.add(
          new SavedSnapshot.SavedRun(id, state, writer.checkpointsMark(), writer.timingMark()));
      if (snapshots == 0) {
        Disk.forceFolder(Unfinished.draft(folder, id));
      }
    }
    String numbers = SavedSnapshot.write(json, snapshot.tensors(), opener);
    new SavedSnapshot(
            snapshot.numerics(),
            snapshot.facts(),
            snapshot.step(),
            seconds,
            started,
            resumed,
            numbers,
            runs)
        .write(json, opener);
    if (snapshots == 0) {
      Disk.forceFolder(folder.getParent());
      Disk.forceFolder(folder.getParent().getParent());
    }
    snapshots++;
    saved = runs.stream().map(SavedSnapshot.SavedRun::run).collect(Collectors.toSet());
    List<Path> files = SavedSnapshot.files(folder);
    for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
      SavedSnapshot.delete(old);
    }
    if (files.size() >= KEPT) {
      forgetOthers();
    }
  }

  /** Discards every run that was not published and is in no snapshot; their writers are closed. */
  @Override
  public void close() throws IOException {
    for (Run run : cohort) {
      if (!saved.contains(run.id())) {
        Disk.delete(Unfinished.draft(folder, run.id()));
      }
    }
    Unfinished.close(folder);
  }
}
