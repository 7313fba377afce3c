package kleiber.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Snapshot;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;

/** Another trainer, and something that happens after every call that its log gets. */
record WatchedTrainer(Trainer trainer, Event event) implements Trainer {
  /** What happens. */
  interface Event {
    void after(String call) throws IOException;
  }

  @Override
  public Facts check(TrainingSpec spec, StopSignal stop) throws IOException {
    return trainer.check(spec, stop);
  }

  @Override
  public Object shape(TrainingSpec spec) {
    return trainer.shape(spec);
  }

  @Override
  public double flopsOfPass(TrainingSpec spec, Facts facts) {
    return trainer.flopsOfPass(spec, facts);
  }

  @Override
  public double memory(TrainingSpec spec, Facts facts, Optional<CardProperties> card) {
    return trainer.memory(spec, facts, card);
  }

  @Override
  public String numerics(TrainingSpec spec) {
    return trainer.numerics(spec);
  }

  @Override
  public void close() {
    trainer.close();
  }

  @Override
  public void train(List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, Log log)
      throws IOException {
    trainer.train(cohort, from, stop, new WatchedLog(log, event));
  }

  private record WatchedLog(Log log, Event event) implements Log {
    private void happened(String call) {
      try {
        event.after(call);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean wanted(int member) {
      return log.wanted(member);
    }

    @Override
    public void startsOver(String reason) {
      log.startsOver(reason);
      happened("startsOver");
    }

    @Override
    public void opened(int member, Facts facts) {
      log.opened(member, facts);
      happened("opened");
    }

    @Override
    public boolean snapshotDue() {
      return log.snapshotDue();
    }

    @Override
    public void snapshot(Snapshot snapshot) {
      log.snapshot(snapshot);
      happened("snapshot");
    }

    @Override
    public void weights(int member, Snapshot.Tensors weights) {
      log.weights(member, weights);
      happened("weights");
    }

    @Override
    public void checkpoint(int member, Checkpoint checkpoint) {
      log.checkpoint(member, checkpoint);
      happened("checkpoint");
    }

    @Override
    public void finished(int member) {
      log.finished(member);
      happened("finished");
    }

    @Override
    public void diverged(int member, long step, String reason) {
      log.diverged(member, step, reason);
      happened("diverged");
    }

    @Override
    public void progress(int member, long step, long steps) {
      log.progress(member, step, steps);
      happened("progress");
    }
  }
}
