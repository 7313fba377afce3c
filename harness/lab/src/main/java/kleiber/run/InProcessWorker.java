package kleiber.run;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;

/**
 * Trains in this process. An error ends its cohort and nothing else, OutOfMemoryError included; but
 * what ends the process ends all.
 */
public final class InProcessWorker extends Worker {
  private final Function<ModelFamily, Trainer> trainers;
  private final int lanes;

  /**
   * @param trainers finds the trainer of a family; trainers work side by side, each on a thread of
   *     its own
   * @param lanes cohorts trained side by side
   * @param command as the user gave it, for provenance
   * @param saving how much is kept besides losses
   */
  public InProcessWorker(
      RunStore store,
      Function<ModelFamily, Trainer> trainers,
      int lanes,
      String command,
      Saving saving) {
    this(store, trainers, lanes, new Device("cpu", lanes), command, saving);
  }

  /**
   * @param device that the trainers use, as those who look on are told; the CPU when not given
   */
  public InProcessWorker(
      RunStore store,
      Function<ModelFamily, Trainer> trainers,
      int lanes,
      Device device,
      String command,
      Saving saving) {
    super(store, device, command, saving);
    if (lanes < 1) {
      throw new IllegalArgumentException("lanes is " + lanes + " but must be at least 1");
    }
    this.trainers = trainers;
    this.lanes = lanes;
  }

  @Override
  int lanes() {
    return lanes;
  }

  @Override
  double heap() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  Ending train(List<Task> cohort, boolean alone, StopSignal stop, Overview overview) {
    try {
      CohortLog log = log(cohort, stop, overview);
      List<Run> again;
      try (log) {
        log.begin();
        again = train(cohort, stop, log);
      }
      return new Ending(again, log.notWritten().map(Failure::sentence));
    } catch (IOException e) {
      boolean lost = cohort.stream().anyMatch(task -> !task.claim().isHeld());
      return new Ending(List.of(), lost ? Optional.empty() : Optional.of(Failure.sentence(e)));
    }
  }

  /** Trains, and gives the runs that must be tried again in smaller cohorts. */
  private List<Run> train(List<Task> cohort, StopSignal stop, CohortLog log) {
    Optional<Throwable> failure = failure(cohort, stop, log);
    List<Run> open = log.open();
    if (open.isEmpty()) {
      if (failure.isPresent() && log.notWritten().isEmpty() && !log.lost()) {
        throw new IllegalStateException(failure.get());
      }
    } else if (cohort.size() > 1 && failure.isPresent()) {
      return open; // it is not known which of them it was
    } else if (failure.isPresent() || !stop.stopped()) {
      log.fail(
          failure.map(Failure::sentence).orElse("the training ended without a result"),
          failure.map(Failure::trace));
    }
    return List.of();
  }

  /** What ended a training, other than its end. */
  private Optional<Throwable> failure(List<Task> cohort, StopSignal stop, CohortLog log) {
    try (Trainer trainer = trainers.apply(cohort.getFirst().run().spec().model())) {
      log.trainedWith(trainer.numerics(cohort.getFirst().run().spec()));
      List<TrainingSpec> specs = cohort.stream().map(task -> task.run().spec()).toList();
      trainer.train(specs, log.from(), stop, log);
      return Optional.empty();
    } catch (UserException e) {
      throw e;
    } catch (Throwable e) {
      return Optional.of(e);
    }
  }
}
