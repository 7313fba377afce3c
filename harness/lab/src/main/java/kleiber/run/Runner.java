package kleiber.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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
 * shape, several cohorts at a time. A run that diverges or fails leaves a row with a reason, and
 * the others go on: a cohort that fails is split and trained again, until it is known which run
 * fails alone.
 *
 * @param store where the runs are kept
 * @param trainers finds the trainer of a family; trainers work side by side, each on a thread of
 *     its own
 * @param workers cohorts that are trained at the same time
 * @param cohort trunks and single runs in a cohort; as many as pay when empty
 * @param command as the user gave it, for provenance
 * @param saving how much is kept besides losses
 */
public record Runner(
    RunStore store,
    Function<ModelFamily, Trainer> trainers,
    int workers,
    OptionalInt cohort,
    String command,
    Saving saving,
    Progress progress) {
  /** With the usual saving. */
  public Runner(
      RunStore store,
      Function<ModelFamily, Trainer> trainers,
      int workers,
      OptionalInt cohort,
      String command,
      Progress progress) {
    this(store, trainers, workers, cohort, command, Saving.USUAL, progress);
  }

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

  /** Of the heap; the rest is for corpora, held-out sets and everything else. */
  private static final double SHARE_FOR_MODELS = 0.6;

  public Runner {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + " but must be at least 1");
    }
    if (cohort.isPresent() && cohort.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "cohort is " + cohort.getAsInt() + " but must be at least 1 run");
    }
  }

  /**
   * Trains what is not yet done.
   *
   * @param stop asked between steps; when it says so, running trainings are stopped, and those that
   *     can go on from a snapshot are kept
   * @throws UserException before anything is trained, when another process writes to the folder,
   *     the folder cannot be written at all, a corpus cannot serve one of the runs, or a corpus is
   *     not what finished runs saw
   */
  public Result run(Experiment experiment, StopSignal stop) {
    try (FolderLock _ = store.lock()) {
      Grid grid = new Grid(experiment, stop);
      grid.check();
      store.keep(experiment);
      return grid.run();
    } catch (CorpusException e) {
      throw new UserException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UserException("cannot write to " + store.folder() + ": " + sentence(e), e);
    }
  }

  private final class Grid {
    private final StopSignal stop;
    private final List<Run> pending = new ArrayList<>();
    private final List<Packing.Item> items = new ArrayList<>();
    private final List<StoredRun> unreadable = new ArrayList<>();
    private final int finishedBefore;
    private double savedFlops;
    private final CorpusDigests digests = new CorpusDigests();
    private final Overview overview;
    private final Code code = Code.running();
    private final Machine machine = Machine.here();
    private final AtomicReference<RuntimeException> abort = new AtomicReference<>();
    private final AtomicReference<String> halted = new AtomicReference<>();
    private volatile boolean interrupted;

    Grid(Experiment experiment, StopSignal stop) throws IOException {
      this.stop = stop;
      for (StoredRun stored : store.load(experiment)) {
        switch (stored.state()) {
          case DONE, DIVERGED -> digests.note(stored.run(), stored.facts().orElseThrow());
          case FAILED, MISSING -> {
            pending.add(stored.run());
            if (stored.state() == StoredRun.State.MISSING && stored.reason().isPresent()) {
              unreadable.add(stored);
            }
          }
        }
      }
      finishedBefore = experiment.runs().size() - pending.size();
      overview = new Overview(progress, costs());
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
      List<String> mistakes = new ArrayList<>();
      for (Run run : pending) {
        if (stopping()) {
          return;
        }
        try (Trainer trainer = trainers.apply(run.spec().model())) {
          Facts facts = trainer.check(run.spec(), this::stopping);
          digests.note(run, facts);
          items.add(
              new Packing.Item(
                  run,
                  trainer.shape(run.spec()),
                  trainer.memory(run.spec(), facts),
                  facts.trainingFlopsPerToken() * run.spec().tokensPerStep(),
                  overview.flops(run)));
        } catch (CancellationException _) {
          return; // stopped while a corpus was opened: no run will start
        } catch (IOException | IllegalArgumentException e) {
          mistakes.add("run " + run.id() + ": " + sentence(e));
        }
      }
      if (!mistakes.isEmpty()) {
        throw new UserException(
            mistakes.getFirst()
                + (mistakes.size() == 1
                    ? ""
                    : "; %d of the %d runs to train are refused"
                        .formatted(mistakes.size(), pending.size())));
      }
    }

    Result run() throws IOException {
      unreadable.forEach(stored -> overview.unreadable(stored.run(), stored.reason().get()));
      overview.planned(finishedBefore, List.copyOf(pending), savedFlops);
      double memory = SHARE_FOR_MODELS * Runtime.getRuntime().maxMemory();
      List<List<Run>> cohorts = new ArrayList<>(resumable());
      items.removeIf(item -> cohorts.stream().anyMatch(begun -> begun.contains(item.run())));
      cohorts.addAll(new Packing(workers, cohort, memory).pack(items));
      Deque<List<Run>> queue = new ConcurrentLinkedDeque<>(cohorts);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Math.min(workers, cohorts.size()); i++) {
        threads.add(Thread.ofPlatform().name("worker-" + i).start(() -> work(queue)));
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

    private List<List<Run>> resumable() throws IOException {
      return store.resumable(items.stream().map(Packing.Item::run).toList());
    }

    /** Whether trainings that are running are of no more use. */
    private boolean stopping() {
      return interrupted || stop.stopped() || abort.get() != null;
    }

    private void work(Deque<List<Run>> queue) {
      while (!stopping() && halted.get() == null) {
        List<Run> cohort = queue.poll();
        if (cohort == null) {
          return;
        }
        try {
          List<Run> again = train(cohort);
          int half = Math.ceilDiv(again.size(), 2);
          for (List<Run> part :
              List.of(again.subList(half, again.size()), again.subList(0, half))) {
            if (!part.isEmpty()) {
              queue.addFirst(part);
            }
          }
        } catch (IOException e) {
          halt(e);
        } catch (UserException e) {
          abort.compareAndSet(null, e);
        } catch (Throwable e) {
          abort(e);
        }
      }
    }

    /** No run is begun any more; those that are running end, if their own logs can be written. */
    private void halt(IOException cause) {
      halted.compareAndSet(
          null,
          "cannot write to "
              + store.folder()
              + ": "
              + sentence(cause)
              + "; finished runs are kept, and the others go on next time from their last snapshot,"
              + " if they have one");
    }

    /** A fault of this program: told by the caller's thread. */
    private void abort(Throwable fault) {
      abort.compareAndSet(
          null, fault instanceof RuntimeException e ? e : new IllegalStateException(fault));
    }

    /** Trains a cohort, and gives the runs that must be tried again in smaller ones. */
    private List<Run> train(List<Run> cohort) throws IOException {
      CohortLog log =
          new CohortLog(
              cohort, store.begin(cohort), overview, digests, code, machine, command, saving);
      List<Run> again = List.of();
      try (log) {
        log.begin();
        Optional<Throwable> failure = train(cohort, log);
        List<Run> open = log.open();
        if (open.isEmpty()) {
          failure.filter(_ -> log.notWritten().isEmpty()).ifPresent(this::abort);
        } else if (cohort.size() > 1 && failure.isPresent()) {
          again = open; // it is not known which of them it was
        } else if (failure.isPresent() || !stopping()) {
          log.fail(
              failure.map(Runner::sentence).orElse("the training ended without a result"),
              failure.map(Runner::trace));
        }
      }
      log.notWritten().ifPresent(this::halt);
      return again;
    }

    /** What ended a training, other than its end: an OutOfMemoryError too ends only its cohort. */
    private Optional<Throwable> train(List<Run> cohort, CohortLog log) {
      try (Trainer trainer = trainers.apply(cohort.getFirst().spec().model())) {
        log.trainedWith(trainer.numerics(cohort.getFirst().spec()));
        trainer.train(cohort.stream().map(Run::spec).toList(), log.from(), this::stopping, log);
        return Optional.empty();
      } catch (UserException e) {
        throw e;
      } catch (Throwable e) {
        return Optional.of(e);
      }
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  /** What happened, for a user. */
  private static String sentence(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    return switch (failure) {
      case OutOfMemoryError _ ->
          ("out of memory: the Java heap may grow to %d MB; train a smaller batch, fewer runs at a"
                  + " time, or give it more (KLEIBER_JAVA_OPTS=-Xmx…)")
              .formatted(Runtime.getRuntime().maxMemory() >> 20);
      case AccessDeniedException _ -> "access denied: " + message;
      case IOException _ when !message.isEmpty() -> message;
      case IllegalArgumentException _ when !message.isEmpty() -> message;
      default -> failure.toString();
    };
  }
}
