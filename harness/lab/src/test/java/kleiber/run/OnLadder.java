package kleiber.run;

import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Experiment;
import kleiber.experiment.Ladder;
import kleiber.models.Gpt;
import kleiber.run.StoredRun.State;
import kleiber.train.TrainingSpec;
import org.junit.jupiter.api.io.TempDir;

/** Runs the ladder with a stand-in for the trainer, into a folder of its own. */
abstract class OnLadder {
  final Experiment ladder = Ladder.read();
  @TempDir Path folder;

  Runner runner(StandInTrainer trainer) {
    return runner(new RunStore(folder), trainer, 2, Progress.SILENT);
  }

  /** Trains every run alone. */
  static Runner runner(RunStore store, StandInTrainer trainer, int workers, Progress progress) {
    return runner(store, trainer, workers, 1, progress);
  }

  static Runner runner(
      RunStore store, StandInTrainer trainer, int workers, int cohort, Progress progress) {
    return runner(store, trainer, workers, Pacing.USUAL.withCohort(cohort), progress);
  }

  static Runner runner(
      RunStore store, StandInTrainer trainer, int workers, Pacing pacing, Progress progress) {
    Worker here =
        new InProcessWorker(store, _ -> trainer, workers, "kleiber run ladder.yaml", Saving.USUAL);
    return new Runner(store, _ -> trainer, List.of(here), pacing, progress);
  }

  List<State> states() {
    return new RunStore(folder).load(ladder).stream().map(StoredRun::state).toList();
  }

  static boolean isTarget(TrainingSpec spec) {
    return ((Gpt) spec.model()).width() == 64;
  }
}
