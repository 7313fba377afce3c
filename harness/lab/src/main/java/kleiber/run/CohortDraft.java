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

/** The runs of a cohort until they are published, and the snapshots of their training. */
final class CohortDraft implements AutoCloseable {
  /** So many snapshots are kept: should one be damaged, there is another. */
  private static final int KEPT = 2;

  private final List<Claim> claims;
  private final List<Run> cohort;
  private final RunStore store;
  private final Snapshots snapshots;
  private final RunStore.Opener opener;
  private final List<RunWriter> writers = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Optional<Resumption> resumption;
  private Optional<Path> folder = Optional.empty();
  private Set<String> saved = Set.of();

  CohortDraft(List<Claim> claims, RunStore store, Snapshots snapshots, RunStore.Opener opener)
      throws IOException {
    this.claims = List.copyOf(claims);
    cohort = claims.stream().map(Claim::run).toList();
    this.store = store;
    this.snapshots = snapshots;
    this.opener = opener;
    resumption = snapshots.find(cohort, store::logs, notes::add);
    if (resumption.isEmpty()) {
      forgetOlder();
    }
    try {
      for (int member = 0; member < cohort.size(); member++) {
        int number = member;
        Resumption.Logs begun =
            resumption.map(from -> from.logs().get(number)).orElse(Resumption.Logs.NONE);
        writers.add(new RunWriter(store, claims.get(member), begun, opener));
      }
    } catch (IOException e) {
      for (RunWriter writer : writers) {
        writer.close();
      }
      throw e;
    }
  }

  private void forgetOlder() {
    for (Claim claim : claims) {
      if (claim.isHeld()) { // or they are what another goes on from
        snapshots.forget(claim.run().id(), folder);
      }
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
    return saved.contains(run.id()) || resumption.isPresent();
  }

  /** Every run begins with nothing, and what there was to go on from is dropped. */
  void startOver() throws IOException {
    resumption = Optional.empty();
    forgetOlder();
    for (RunWriter writer : writers) {
      writer.restart();
    }
  }

  /**
   * Keeps a snapshot: logs first, then the numbers, then what says that they are there, each on the
   * disk before the next is begun.
   *
   * @param seconds of training so far
   */
  void save(Snapshot snapshot, double seconds, String started, int resumed) throws IOException {
    boolean first = folder.isEmpty();
    if (first) {
      List<Run> members =
          snapshot.members().stream().map(state -> cohort.get(state.member())).toList();
      folder = Optional.of(snapshots.create(members));
    }
    Path json = SavedSnapshot.file(folder.get(), snapshot.step());
    if (Files.exists(json)) {
      return; // stopped just after it was taken: rows told since are told again
    }
    List<SavedSnapshot.SavedRun> runs = new ArrayList<>();
    for (Snapshot.State state : snapshot.members()) {
      RunWriter writer = writers.get(state.member());
      runs.add(
          new SavedSnapshot.SavedRun(
              cohort.get(state.member()).id(),
              state,
              writer.checkpointsMark(),
              writer.timingMark()));
    }
    try {
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
    } catch (IOException e) {
      SavedSnapshot.delete(json); // on a full disk of all places
      throw e;
    }
    saved = runs.stream().map(SavedSnapshot.SavedRun::run).collect(Collectors.toSet());
    if (first) {
      store.forceFolders(claims);
    }
    List<Path> files = SavedSnapshot.files(folder.get());
    for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
      SavedSnapshot.delete(old);
    }
    if (files.size() >= KEPT) {
      forgetOlder();
    }
  }

  /** Discards every run that was not published and cannot be gone on with; writers are closed. */
  @Override
  public void close() throws IOException {
    for (Claim claim : claims) {
      if (!keeps(claim.run()) && claim.isHeld()) {
        snapshots.forget(claim.run().id(), Optional.empty());
        store.discard(claim);
      }
    }
  }
}
