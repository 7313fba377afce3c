package kleiber.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/** Runs that are done, with a made loss at every checkpoint: nothing is trained. */
final class MadeCurves {
  private static final int VOCABULARY = 256;

  /** What a test says the losses are. */
  @FunctionalInterface
  interface Loss {
    /** Nats per token on a held-out set, or of averaged weights on it, after some steps. */
    double at(Run run, long step, String name);
  }

  private MadeCurves() {}

  static Analysis analysis(Experiment experiment, Loss loss) {
    return Analysis.of(experiment, experiment.runs().stream().map(run -> run(run, loss)).toList());
  }

  private static StoredRun run(Run run, Loss loss) {
    TrainingSpec spec = run.spec();
    double perToken = spec.model().trainingFlopsPerToken(VOCABULARY, spec.context());
    Facts facts =
        new Facts(
            "made",
            VOCABULARY,
            10 * run.trainedTokens(),
            run.parameters(VOCABULARY),
            perToken,
            Map.of());
    List<Checkpoint> checkpoints = new ArrayList<>();
    for (long at : spec.checkpoints().tokens(spec.tokens())) {
      long step = Math.ceilDiv(at, spec.tokensPerStep());
      long tokens = step * spec.tokensPerStep();
      double fraction = spec.fractionOfPeak(step);
      Map<String, Checkpoint.HeldOutLoss> losses = new HashMap<>();
      for (String name : spec.lossNames()) {
        losses.put(
            name,
            new Checkpoint.HeldOutLoss(loss.at(run, step, name), 0.004, OptionalDouble.empty()));
      }
      checkpoints.add(
          new Checkpoint(
              step,
              tokens,
              0.1,
              perToken * tokens,
              fraction * spec.optimizer().learningRate(),
              fraction,
              1,
              1,
              losses));
    }
    return new StoredRun(
        run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), checkpoints, 1);
  }
}
