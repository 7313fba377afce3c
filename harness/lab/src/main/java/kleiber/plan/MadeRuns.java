package kleiber.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import kleiber.experiment.Run;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/**
 * Runs as they would be stored had they been trained in a world where a law holds: every checkpoint
 * has the law's loss at its tokens, as if the learning rate had ended there, and the rows of a run,
 * or of a trunk with its branches, share one draw of noise. Nothing is trained.
 */
final class MadeRuns {
  private final PlannedScales scales;
  private final Prior law;

  /**
   * @param scales under whose conventions the law reads N and C
   */
  MadeRuns(PlannedScales scales, Prior law) {
    this.scales = scales;
    this.law = law;
  }

  /** All runs, done. */
  List<StoredRun> of(List<Run> runs, RandomGenerator random) throws IOException {
    Map<String, Double> shifts = new HashMap<>();
    List<StoredRun> made = new ArrayList<>();
    for (Run run : runs) {
      double shift = shifts.computeIfAbsent(run.cluster(), _ -> random.nextGaussian());
      made.add(of(run, Math.exp(law.noise() * shift)));
    }
    return made;
  }

  private StoredRun of(Run run, double factor) throws IOException {
    Facts facts = facts(run);
    TrainingSpec spec = run.spec();
    List<Checkpoint> checkpoints = new ArrayList<>();
    // Checkpoints that fall on one step are one, as in a training.
    long[] steps =
        Arrays.stream(spec.checkpoints().tokens(spec.tokens()))
            .map(planned -> Math.ceilDiv(planned, spec.tokensPerStep()))
            .distinct()
            .toArray();
    for (long step : steps) {
      long tokens = step * spec.tokensPerStep();
      double loss = factor * law.law().loss(scales.of(run, tokens), law.theta());
      double fraction = spec.fractionOfPeak(step);
      Map<String, Checkpoint.HeldOutLoss> heldOut = new HashMap<>();
      for (String name : spec.lossNames()) {
        heldOut.put(name, new Checkpoint.HeldOutLoss(loss, Double.NaN, OptionalDouble.empty()));
      }
      checkpoints.add(
          new Checkpoint(
              step,
              tokens,
              (double) tokens / facts.uniqueTokens(),
              tokens * facts.trainingFlopsPerToken(),
              spec.optimizer().learningRate() * fraction,
              fraction,
              loss,
              1,
              heldOut));
    }
    return new StoredRun(
        run, StoredRun.State.DONE, Optional.empty(), Optional.of(facts), checkpoints, Double.NaN);
  }

  private Facts facts(Run run) throws IOException {
    int vocabulary = scales.vocabularies().of(run.spec().corpus());
    return new Facts(
        "made",
        vocabulary,
        scales.uniqueTokens(run),
        run.parameters(vocabulary),
        run.spec().model().trainingFlopsPerToken(vocabulary, run.spec().context()),
        Map.of());
  }
}
