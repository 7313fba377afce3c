package kleiber.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.fit.Huber;
import kleiber.laws.Chinchilla;
import kleiber.laws.Scale;
import kleiber.models.Gpt;
import kleiber.models.ParameterCount;
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
 * Runs whose last losses follow a known Chinchilla law with noise of 0.3 %: real shapes, real
 * counts, made losses. Equal every time.
 */
public final class MadeRuns {
  public static final double[] TRUTH = {0.95, 28, 0.36, 95, 0.37};
  public static final long UNIQUE_TOKENS = 40_000_000;
  public static final FitPlan PLAN =
      new FitPlan(
          new Chinchilla(),
          new Huber(1e-3),
          "text",
          FitPlan.Selection.LAST,
          ParameterCount.Convention.TOTAL,
          FitPlan.Flops.EXACT,
          new FitPlan.HoldOut(2e13),
          100,
          0.9,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final double NOISE = 0.003;
  private static final int CONTEXT = 64;
  private static final int BATCH = 16;

  private MadeRuns() {}

  /** Five sizes at four lengths each, and one large run above {@link #PLAN}'s boundary. */
  public static List<StoredRun> grid() {
    Random random = new Random(7);
    List<StoredRun> runs = new ArrayList<>();
    for (int width : new int[] {16, 24, 32, 48, 64}) {
      for (int ratio : new int[] {10, 20, 40, 80}) {
        runs.add(run(width, ratio * parameters(width).total(), 1, random.nextGaussian()));
      }
    }
    runs.add(run(160, 12_000_000, 1, random.nextGaussian()));
    return runs;
  }

  /** The runs above the boundary. */
  public static boolean isLarge(StoredRun run) {
    return ((Gpt) run.run().spec().model()).width() == 160;
  }

  public static Experiment experiment(String question, List<StoredRun> runs, FitPlan plan) {
    return new Experiment(
        "made",
        question,
        runs.stream().map(StoredRun::run).toList(),
        plan,
        "name: made\nquestion: made up\n");
  }

  /** The plan without some runs, each with its reason. */
  public static FitPlan leavingOut(Map<String, String> runs) {
    return new FitPlan(
        PLAN.law(),
        PLAN.objective(),
        PLAN.heldOut(),
        PLAN.checkpoints(),
        PLAN.params(),
        PLAN.flops(),
        PLAN.holdOut(),
        PLAN.bootstrap(),
        PLAN.confidence(),
        Optional.of(runs),
        PLAN.where(),
        PLAN.rates());
  }

  /** A plan with other conventions. */
  public static FitPlan plan(
      FitPlan.Selection checkpoints, ParameterCount.Convention params, FitPlan.Flops flops) {
    return new FitPlan(
        PLAN.law(),
        PLAN.objective(),
        PLAN.heldOut(),
        checkpoints,
        params,
        flops,
        PLAN.holdOut(),
        PLAN.bootstrap(),
        PLAN.confidence(),
        PLAN.leaveOut(),
        PLAN.where(),
        PLAN.rates());
  }

  /** The same runs, with those that {@code which} names ended as {@code state}. */
  public static List<StoredRun> ended(
      List<StoredRun> runs, List<Integer> which, StoredRun.State state, String reason) {
    return IntStream.range(0, runs.size())
        .mapToObj(i -> which.contains(i) ? ended(runs.get(i), state, reason) : runs.get(i))
        .toList();
  }

  private static StoredRun ended(StoredRun run, StoredRun.State state, String reason) {
    boolean begun = state != StoredRun.State.MISSING;
    return new StoredRun(
        run.run(),
        state,
        begun ? Optional.of(reason) : Optional.empty(),
        begun ? run.facts() : Optional.empty(),
        begun ? run.checkpoints().subList(0, run.checkpoints().size() / 2) : List.of(),
        begun ? run.seconds() / 2 : Double.NaN);
  }

  public static StoredRun run(int width, long tokens, long seed, double noise) {
    return run(width, tokens, new Cosine(tokens / 20, 0.1), seed, noise);
  }

  /** A branch of the trunk that is told by width and seed; it decays over its last fifth. */
  public static StoredRun branch(int width, long tokens, long seed) {
    return run(width, tokens, new WarmupStableDecay(100_000, 0.2, 0), seed, 0);
  }

  private static StoredRun run(int width, long tokens, Schedule schedule, long seed, double noise) {
    Gpt model = model(width);
    TrainingSpec spec =
        new TrainingSpec(
            model,
            new MadeCorpus(256),
            CONTEXT,
            BATCH,
            tokens,
            true,
            new AdamW(0.3 / width, 0.9, 0.95, 1e-8, 0.1, 1),
            schedule,
            new CheckpointPlan(65536, 1.5),
            Map.of("text", new HeldOut(65536, Optional.empty())),
            seed);
    ParameterCount parameters = parameters(width);
    double flopsPerToken = model.trainingFlopsPerToken(256, CONTEXT);
    Facts facts =
        new Facts(
            "c0ffee",
            256,
            UNIQUE_TOKENS,
            parameters,
            flopsPerToken,
            Map.of("text", new Facts.HeldOutFacts("beef", 65536, 40, OptionalDouble.of(1))));
    List<Checkpoint> checkpoints = new ArrayList<>();
    double last =
        new Chinchilla().loss(Scale.of(parameters.total(), tokens), TRUTH)
            * Math.exp(NOISE * noise);
    for (long at : spec.checkpoints().tokens(tokens)) {
      long seen = Math.ceilDiv(at, spec.tokensPerStep()) * spec.tokensPerStep();
      double fraction = spec.schedule().at(seen, tokens);
      double loss =
          at == tokens
              ? last
              : new Chinchilla().loss(Scale.of(parameters.total(), at), TRUTH)
                  * Math.exp(0.04 * fraction);
      checkpoints.add(
          new Checkpoint(
              seen / spec.tokensPerStep(),
              seen,
              (double) seen / UNIQUE_TOKENS,
              flopsPerToken * seen,
              fraction * spec.optimizer().learningRate(),
              fraction,
              loss - 0.01,
              0.5,
              Map.of(
                  "text",
                  new Checkpoint.HeldOutLoss(loss, 0.004, OptionalDouble.of(loss / Math.log(2))))));
    }
    return new StoredRun(
        Run.of(spec),
        StoredRun.State.DONE,
        Optional.empty(),
        Optional.of(facts),
        checkpoints,
        flopsPerToken * tokens / 5e10);
  }

  /** Every run with its checkpoints changed. */
  public static StoredRun with(StoredRun run, UnaryOperator<Checkpoint> change) {
    return new StoredRun(
        run.run(),
        run.state(),
        run.reason(),
        run.facts(),
        run.checkpoints().stream().map(change).toList(),
        run.seconds());
  }

  private static Gpt model(int width) {
    return new Gpt(
        Math.max(2, width / 32),
        width,
        Math.max(1, width / 16),
        Gpt.Position.ROTARY,
        Gpt.Norm.RMS,
        Gpt.Activation.GELU,
        true,
        false,
        false);
  }

  private static ParameterCount parameters(int width) {
    return model(width).count(256, CONTEXT);
  }
}
