package kleiber.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import kleiber.data.Bytes;
import kleiber.data.SourceJars;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.fit.Huber;
import kleiber.laws.Chinchilla;
import kleiber.laws.Scale;
import kleiber.models.Gpt;
import kleiber.models.ParameterCount;
import kleiber.observe.Analysis;
import kleiber.run.StoredRun;
import kleiber.train.AdamW;
import kleiber.train.Checkpoint;
import kleiber.train.CheckpointPlan;
import kleiber.train.Cosine;
import kleiber.train.Facts;
import kleiber.train.HeldOut;
import kleiber.train.Schedule;
import kleiber.train.TrainingSpec;
import kleiber.train.WarmupStableDecay;

/**
 * An experiment that a page has every panel for: sizes at compute budgets with several seeds, and a
 * search over learning rate and batch. Real shapes and counts, losses of a known Chinchilla law
 * with noise of 0.3 %; equal every time.
 */
final class MadeExperiment {
  private static final double[] TRUTH = {0.95, 28, 0.36, 95, 0.37};
  private static final double NOISE = 0.003;
  private static final double BEST_RATE = 4e-3;
  private static final double BEST_BATCH = 1024;
  private static final int CONTEXT = 64;

  private final int checkpoints;
  private final Random random = new Random(7);
  private final List<StoredRun> runs = new ArrayList<>();

  private MadeExperiment(int checkpoints) {
    this.checkpoints = checkpoints;
  }

  /**
   * @param budgets of compute, each with eight sizes
   * @param seeds of every cell
   * @param checkpoints of every run
   * @param draws of the bootstrap
   */
  static Analysis of(int budgets, int seeds, int checkpoints, int draws) {
    MadeExperiment made = new MadeExperiment(checkpoints);
    double flops = 1e11;
    for (int budget = 0; budget < budgets; budget++, flops *= 2) {
      for (int width : new int[] {16, 24, 32, 40, 48, 64, 80, 96}) {
        long tokens = Math.round(flops / model(width).trainingFlopsPerToken(256, CONTEXT));
        for (int seed = 1; seed <= seeds; seed++) {
          made.add(width, tokens, BEST_RATE, 16, new Cosine(tokens / 20, 0.1), seed);
        }
      }
    }
    for (double rate : new double[] {5e-4, 1e-3, 2e-3, 4e-3, 8e-3}) {
      for (int batch : new int[] {4, 8, 16, 32, 64}) {
        made.add(32, 3_000_000, rate, batch, new WarmupStableDecay(100_000, 0.2, 0), 1);
      }
    }
    FitPlan plan =
        new FitPlan(
            new Chinchilla(),
            new Huber(1e-3),
            "text",
            FitPlan.Selection.LAST,
            ParameterCount.Convention.NON_EMBEDDING,
            FitPlan.Flops.EXACT,
            new FitPlan.HoldOut(flops / 3),
            draws,
            0.9,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return Analysis.of(
        new Experiment(
            "made",
            "Does the law that made these losses foretell those of the largest budget?",
            made.runs.stream().map(StoredRun::run).toList(),
            plan,
            "name: made\n"),
        made.runs);
  }

  private void add(int width, long tokens, double rate, int batch, Schedule schedule, long seed) {
    Gpt model = model(width);
    TrainingSpec spec =
        new TrainingSpec(
            model,
            new SourceJars(new Bytes()),
            CONTEXT,
            batch,
            tokens,
            true,
            new AdamW(rate, 0.9, 0.95, 1e-8, 0.1, 1),
            schedule,
            new CheckpointPlan(65536, 1.5),
            Map.of("text", new HeldOut(65536, Optional.empty())),
            seed);
    double flopsPerToken = model.trainingFlopsPerToken(256, CONTEXT);
    double offRate = Math.log(rate / BEST_RATE);
    double offBatch = Math.log(batch * CONTEXT / BEST_BATCH);
    double miss = 0.008 * (offRate * offRate + 0.5 * offBatch * offBatch);
    double noise = NOISE * random.nextGaussian();
    List<Checkpoint> log = new ArrayList<>();
    for (int i = 1; i <= checkpoints; i++) {
      double share = Math.pow(1000, (double) i / checkpoints - 1);
      long step = Math.max(i, Math.round(share * tokens / spec.tokensPerStep()));
      long seen = step * spec.tokensPerStep();
      double fraction = spec.schedule().at(Math.min(seen, tokens), tokens);
      double loss =
          new Chinchilla().loss(Scale.of(model.count(256, CONTEXT).total(), seen), TRUTH)
              * Math.exp(miss + noise + 0.04 * (i < checkpoints ? fraction : 0));
      log.add(
          new Checkpoint(
              step,
              seen,
              seen / 4e9,
              flopsPerToken * seen,
              fraction * rate,
              fraction,
              loss - 0.01,
              0.5,
              Map.of("text", new Checkpoint.HeldOutLoss(loss, 0.004, OptionalDouble.empty()))));
    }
    Facts facts =
        new Facts(
            "c0ffee",
            256,
            4_000_000_000L,
            model.count(256, CONTEXT),
            flopsPerToken,
            Map.of("text", new Facts.HeldOutFacts("beef", 65536, 40, OptionalDouble.of(1))));
    runs.add(
        new StoredRun(
            Run.of(spec),
            StoredRun.State.DONE,
            Optional.empty(),
            Optional.of(facts),
            log,
            flopsPerToken * tokens / 5e10));
  }

  private static Gpt model(int width) {
    return new Gpt(
        Math.max(2, width / 32),
        width,
        width % 16 == 0 ? width / 16 : width / 8,
        Gpt.Position.ROTARY,
        Gpt.Norm.RMS,
        Gpt.Activation.GELU,
        true,
        false,
        false);
  }
}
