package kleiber.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/** Runs that are done, with losses that a test says: nothing is trained. */
final class MadeLosses {
  private static final int VOCABULARY = 256;

  private MadeLosses() {}

  /** An experiment whose last losses are these; every run has one checkpoint. */
  static Analysis analysis(Experiment experiment, ToDoubleFunction<Run> loss) {
    return Analysis.of(experiment, runs(experiment.runs(), loss));
  }

  static List<StoredRun> runs(List<Run> runs, ToDoubleFunction<Run> loss) {
    return runs.stream().map(run -> run(run, loss.applyAsDouble(run))).toList();
  }

  private static StoredRun run(Run run, double loss) {
    TrainingSpec spec = run.spec();
    Facts facts =
        new Facts(
            "made",
            VOCABULARY,
            10 * run.trainedTokens(),
            run.parameters(VOCABULARY),
            spec.model().trainingFlopsPerToken(VOCABULARY, spec.context()),
            Map.of());
    double fraction = spec.fractionOfPeak(spec.steps());
    Checkpoint last =
        new Checkpoint(
            spec.steps(),
            run.trainedTokens(),
            0.1,
            run.flops(VOCABULARY),
            fraction * spec.optimizer().learningRate(),
            fraction,
            loss,
            1,
            Map.of(
                spec.lossNames().iterator().next(),
                new Checkpoint.HeldOutLoss(loss, 0.001, OptionalDouble.empty())));
    return new StoredRun(
        run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), List.of(last), 1);
  }
}
