package kleiber.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import kleiber.data.CorpusException;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.experiment.Vocabularies;
import kleiber.models.ModelFamily;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;

/**
 * Trains the runs of an experiment that are not yet done, the largest first, several at a time. A
 * run that diverges or fails leaves a row with a reason, and the others go on.
 *
 * @param store where the runs are kept
 * @param trainers finds the trainer of a family; trainers work side by side, each on a thread of
 *     its own
 * @param workers runs that are trained at the same time
 * @param command as the user gave it, for provenance
 */
public record Runner(
    RunStore store,
    Function<ModelFamily, Trainer> trainers,
    int workers,
    String command,
    Progress progress) {
  /**
   * What became of the runs.
   *
   * @param finishedBefore done or diverged when this began, and not touched
   * @param done trained to the last token
   * @param diverged kept up to there
   * @param failed tried again at the next start
   * @param notRun never started, or stopped and discarded
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

  public Runner {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + " but must be at least 1");
    }
  }

  /**
   * Trains what is not yet done.
   *
   * @param stop asked between steps; when it says so, running trainings are stopped and discarded
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
    private final List<StoredRun> unreadable = new ArrayList<>();
    private final int finishedBefore;
    private final CorpusDigests digests = new CorpusDigests();
    private final Overview overview;
    private final Code code = Code.running();
    private final Machine machine = Machine.here();
    private final AtomicReference<RuntimeException> abort = new AtomicReference<>();
    private final AtomicReference<String> halted = new AtomicReference<>();
    private volatile boolean interrupted;

    Grid(Experiment experiment, StopSignal stop) throws IOException {
      this.stop = stop;
      Map<String, Double> flops = new HashMap<>();
      Vocabularies vocabularies = new Vocabularies();
      for (StoredRun stored : store.load(experiment)) {
        switch (stored.state()) {
          case DONE, DIVERGED -> digests.note(stored.run(), stored.facts().orElseThrow());
          case FAILED, MISSING -> {
            Run run = stored.run();
            pending.add(run);
            if (stored.state() == StoredRun.State.MISSING && stored.reason().isPresent()) {
              unreadable.add(stored);
            }
            flops.put(run.id(), run.flops(vocabularies.of(run.spec().corpus())));
          }
        }
      }
      finishedBefore = experiment.runs().size() - pending.size();
      pending.sort(Comparator.comparingDouble((Run run) -> flops.get(run.id())).reversed());
      overview = new Overview(progress, flops);
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
          digests.note(run, trainer.check(run.spec(), this::stopping));
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

    Result run() {
      unreadable.forEach(stored -> overview.unreadable(stored.run(), stored.reason().get()));
      overview.planned(finishedBefore, List.copyOf(pending));
      Queue<Run> queue = new ConcurrentLinkedQueue<>(pending);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Math.min(workers, pending.size()); i++) {
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

    private boolean stopping() {
      return interrupted || stop.stopped() || abort.get() != null || halted.get() != null;
    }

    private void work(Queue<Run> queue) {
      while (!stopping()) {
        Run run = queue.poll();
        if (run == null) {
          return;
        }
        try (RunWriter writer = store.begin(run)) {
          overview.started(run);
          train(run, writer);
        } catch (IOException | RunLog.NotWritten e) {
          IOException cause = e instanceof IOException io ? io : ((RunLog.NotWritten) e).getCause();
          halted.compareAndSet(
              null,
              "cannot write to "
                  + store.folder()
                  + ": "
                  + sentence(cause)
                  + "; finished runs are kept, and the others start over next time");
          overview.discarded(run);
        } catch (UserException e) {
          abort.compareAndSet(null, e);
          overview.discarded(run);
        } catch (Throwable e) { // a fault of this program: told by the caller's thread
          abort.compareAndSet(
              null, e instanceof RuntimeException fault ? fault : new IllegalStateException(e));
        }
      }
    }

    private void train(Run run, RunWriter writer) throws IOException {
      Instant started = Instant.now();
      RunLog log = new RunLog(run, writer, overview, digests);
      String numerics = "none";
      Optional<Throwable> failure = Optional.empty();
      try (Trainer trainer = trainers.apply(run.spec().model())) {
        numerics = trainer.numerics(run.spec());
        trainer.train(List.of(run.spec()), this::stopping, log);
      } catch (RunLog.NotWritten | UserException e) {
        throw e;
      } catch (Throwable e) { // whatever befalls one run, an OutOfMemoryError too, ends only it
        failure = Optional.of(e);
      }
      log.close();
      if (failure.isEmpty() && log.state().isEmpty() && stopping()) {
        overview.discarded(run);
        return;
      }
      if (failure.isPresent()) {
        writer.error(trace(failure.get()));
      }
      StoredRun.State state =
          failure.isPresent() ? StoredRun.State.FAILED : log.state().orElse(StoredRun.State.FAILED);
      Optional<String> reason =
          switch (state) {
            case DONE -> Optional.empty();
            case DIVERGED -> log.reason();
            case FAILED, MISSING ->
                Optional.of(
                    failure.map(Runner::sentence).orElse("the training ended without a result"));
          };
      writer.publish(
          state,
          reason,
          new Provenance(
              code, machine, numerics, log.corpora(), command, time(started), time(Instant.now())));
      overview.ended(run, state, reason);
    }
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
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
