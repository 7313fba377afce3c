package kleiber.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.data.CorpusException;
import kleiber.experiment.Branches;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.models.ModelFamily;
import kleiber.train.Facts;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;

/**
 * Trains the runs of an experiment that are not yet done, the largest first, in cohorts of one
 * shape, several cohorts at a time, beside any number of other processes that do the same. A run
 * that diverges or fails leaves a row with a reason, and the others go on: a cohort that fails, or
 * whose worker dies, is split and trained again, until it is known which run fails alone.
 *
 * @param store where the runs are kept
 * @param trainers finds the trainer of a family; asked only what a training will need
 * @param workers where cohorts are trained, borrowed
 */
public record Runner(
    RunStore store,
    Function<ModelFamily, Trainer> trainers,
    List<Worker> workers,
    Pacing pacing,
    Progress progress) {
  /**
   * What became of the runs.
   *
   * @param finishedBefore done or diverged when this began, and not touched
   * @param done trained to the last token
   * @param diverged kept up to there
   * @param failed tried again at the next start
   * @param notRun never started, or stopped: what a snapshot was taken of goes on from there
   * @param halted why the rest was given up, when the store could not be written
   */
  public record Result(
      int finishedBefore, int done, int diverged, int failed, int notRun, Optional<String> halted) {
    /** Whether the user stopped it before its end. */
    public boolean interrupted() {
      return notRun > 0 && halted.isEmpty();
    }

    /** 0 done, diverged runs included; 1 something failed; 130 interrupted. */
    public int exitCode() {
      if (interrupted()) {
        return 130;
      }
      return failed > 0 || halted.isPresent() ? 1 : 0;
    }
  }

  /** So often may a run kill its worker; then it has failed. */
  private static final int DEATHS = 3;

  public Runner {
    workers = List.copyOf(workers);
    if (workers.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one worker");
    }
  }

  /**
   * Trains what is not yet done.
   *
   * @param stop asked between steps; when it says so, running trainings are stopped, and those that
   *     can go on from a snapshot are kept
   * @throws UserException before anything is trained, when the folder cannot be written at all, a
   *     corpus cannot serve one of the runs, or a corpus is not what finished runs saw
   */
  public Result run(Experiment experiment, StopSignal stop) {
    try (Claims claims = store.claims(pacing.lease())) {
      Grid grid = new Grid(experiment, claims, stop);
      grid.check();
      store.keep(experiment);
      return grid.run();
    } catch (CorpusException e) {
      throw new UserException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException("cannot write to " + store.folder() + ": " + Failure.sentence(e), e);
    }
  }

  private final class Grid {
    private final Claims claims;
    private final StopSignal stop;
    private final List<Run> pending = new ArrayList<>();
    private final Map<String, Facts> facts = new HashMap<>();
    private final List<Packing.Item> items = new ArrayList<>();
    private final List<StoredRun> unreadable = new ArrayList<>();
    private final int finishedBefore;
    private double savedFlops;
    private final CorpusDigests digests = new CorpusDigests();
    private final Overview overview;
    private final Capacity capacity;
    private final Map<String, Integer> deaths = new ConcurrentHashMap<>();
    private final AtomicReference<RuntimeException> abort = new AtomicReference<>();
    private final AtomicReference<String> halted = new AtomicReference<>();
    private Agenda agenda;
    private volatile boolean interrupted;

    Grid(Experiment experiment, Claims claims, StopSignal stop) throws IOException {
      this.claims = claims;
      this.stop = stop;
      Set<String> ours = shard(experiment.runs());
      for (StoredRun stored : store.load(experiment)) {
        if (stored.state().isFinal()) {
          digests.note(stored.run(), stored.facts().orElseThrow());
        } else if (ours.contains(stored.run().id())) {
          pending.add(stored.run());
          if (stored.state() == StoredRun.State.MISSING && stored.reason().isPresent()) {
            unreadable.add(stored);
          }
        }
      }
      finishedBefore = ours.size() - pending.size();
      overview = new Overview(progress, costs());
      capacity = Capacity.of(workers.stream().map(Worker::place).toList());
    }

    /** Ids of the runs that are this process's to train. */
    private Set<String> shard(List<Run> runs) throws IOException {
      if (!pacing.shard().isPart()) {
        return runs.stream().map(Run::id).collect(Collectors.toSet());
      }
      Vocabularies vocabularies = new Vocabularies();
      Map<String, Double> costs = new HashMap<>();
      List<Packing.Item> all = new ArrayList<>();
      for (Run run : runs) {
        double flops = run.flops(vocabularies.of(run.spec().corpus()));
        costs.put(run.id(), flops);
        try (Trainer trainer = trainers.apply(run.spec().model())) {
          Object shape = trainer.shape(run.spec());
          all.add(new Packing.Item(run, shape, 1, flops / run.spec().steps(), flops));
        }
      }
      List<List<Run>> cohorts =
          new Packing(Capacity.anywhere(pacing.shard().count()), pacing.cohort()).pack(all);
      return pacing
          .shard()
          .of(cohorts, cohort -> cohort.stream().mapToDouble(run -> costs.get(run.id())).sum())
          .stream()
          .flatMap(List::stream)
          .map(Run::id)
          .collect(Collectors.toSet());
    }

    /** Orders the pending runs, the largest first, and counts what is left to do for each. */
    private Map<String, Double> costs() throws IOException {
      Vocabularies vocabularies = new Vocabularies();
      Map<String, Double> whole = new HashMap<>();
      for (Run run : pending) {
        whole.put(run.id(), run.flops(vocabularies.of(run.spec().corpus())));
      }
      pending.sort(Comparator.comparingDouble((Run run) -> whole.get(run.id())).reversed());
      Branches branches = Branches.of(pending);
      Map<String, Double> costs = new HashMap<>();
      for (Run run : pending) {
        costs.put(run.id(), branches.flops(run, vocabularies.of(run.spec().corpus())));
        savedFlops += whole.get(run.id()) - costs.get(run.id());
      }
      return costs;
    }

    /**
     * Refuses the grid when a corpus cannot serve one of its runs: known now, and not hours later.
     */
    void check() {
      long inMuP = pending.stream().filter(run -> run.spec().model().muP().isPresent()).count();
      if (inMuP > 0) {
        progress.checking((int) inMuP);
      }
      facts.putAll(GridCheck.of(pending, trainers, this::stopping));
      MemberSizes sizes = new MemberSizes(capacity);
      for (Run run : pending) {
        Facts found = facts.get(run.id());
        if (found == null) {
          return; // stopped: no run will start
        }
        digests.note(run, found);
        try (Trainer trainer = trainers.apply(run.spec().model())) {
          items.add(sizes.item(trainer, run, found, overview.flops(run)));
        }
      }
    }

    Result run() throws IOException {
      store.pulses().sweep();
      unreadable.forEach(stored -> overview.unreadable(stored.run(), stored.reason().get()));
      overview.planned(finishedBefore, List.copyOf(pending), savedFlops);
      List<List<Run>> cohorts =
          new ArrayList<>(store.resumable(items.stream().map(Packing.Item::run).toList()));
      items.removeIf(item -> cohorts.stream().anyMatch(begun -> begun.contains(item.run())));
      cohorts.addAll(new Packing(capacity, pacing.cohort()).pack(items));
      agenda = new Agenda(store, claims, overview, this::givenUp, cohorts);
      List<Thread> threads = new ArrayList<>();
      for (Worker worker : workers) {
        for (int lane = 0; lane < worker.lanes(); lane++) {
          String name = "lane-" + threads.size();
          threads.add(Thread.ofPlatform().name(name).start(() -> work(worker)));
        }
      }
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          try {
            thread.join();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (abort.get() != null) {
        throw abort.get();
      }
      int done = overview.count(StoredRun.State.DONE);
      int diverged = overview.count(StoredRun.State.DIVERGED);
      int failed = overview.count(StoredRun.State.FAILED);
      int notRun = pending.size() - done - diverged - failed;
      return new Result(
          finishedBefore, done, diverged, failed, notRun, Optional.ofNullable(halted.get()));
    }

    /** Whether trainings that are running are of no more use. */
    private boolean stopping() {
      return interrupted || stop.stopped() || abort.get() != null;
    }

    private boolean givenUp() {
      return stopping() || halted.get() != null;
    }

    private void work(Worker worker) {
      try {
        for (Optional<Agenda.Item> item = agenda.next(); item.isPresent(); item = agenda.next()) {
          try {
            train(worker, item.get());
          } finally {
            agenda.done();
          }
        }
      } catch (IOException e) {
        halt(Failure.sentence(e));
      } catch (UserException e) {
        abort.compareAndSet(null, e);
      } catch (Throwable e) {
        abort(e);
      }
    }

    /** No run is begun any more; those that are running end, if their own logs can be written. */
    private void halt(String cause) {
      halted.compareAndSet(
          null,
          "cannot write to "
              + store.folder()
              + ": "
              + cause
              + "; finished runs are kept, and the others go on next time from their last snapshot,"
              + " if they have one");
    }

    /** A fault of this program: told by the caller's thread. */
    private void abort(Throwable fault) {
      abort.compareAndSet(
          null, fault instanceof RuntimeException e ? e : new IllegalStateException(fault));
    }

    private void train(Worker worker, Agenda.Item item) throws IOException {
      List<Worker.Task> cohort =
          item.claims().stream()
              .map(claim -> new Worker.Task(claim, facts.get(claim.run().id())))
              .toList();
      List<Run> again = List.of();
      List<Run> suspects = List.of();
      try {
        Worker.Ending ending = worker.train(cohort, item.alone(), this::stopping, overview);
        again = ending.again();
        ending.halted().ifPresent(this::halt);
      } catch (WorkerLost death) {
        suspects = died(worker, cohort, death);
      } finally {
        settle(item);
      }
      agenda.split(again);
      agenda.suspect(suspects);
    }

    /** The runs that may have killed the worker; which of them it was shows when they are fewer. */
    private List<Run> died(Worker worker, List<Worker.Task> cohort, WorkerLost death)
        throws IOException {
      List<Worker.Task> open =
          cohort.stream().filter(task -> !overview.hasEnded(task.run())).toList();
      open.forEach(task -> overview.discarded(task.run()));
      if (open.size() == 1) {
        Worker.Task only = open.getFirst();
        if (deaths.merge(only.run().id(), 1, Integer::sum) >= DEATHS) {
          worker.fail(
              only,
              death.getMessage() + ", " + DEATHS + " times",
              death.said(),
              this::stopping,
              overview);
          return List.of();
        }
      }
      List<Run> again = open.stream().map(Worker.Task::run).toList();
      if (!again.isEmpty()) {
        overview.workerLost(again, death.getMessage());
      }
      return again;
    }

    /** Gives up the claims on what was not published. */
    private void settle(Agenda.Item item) throws IOException {
      for (Claim claim : item.claims()) {
        boolean lost = !overview.hasEnded(claim.run()) && !claim.isHeld();
        claims.release(claim);
        if (lost) {
          agenda.lost(claim.run());
        }
      }
    }
  }
}
