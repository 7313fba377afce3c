package kleiber.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kleiber.data.CorpusException;
import kleiber.laws.Chinchilla;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;
import kleiber.train.TrainingSpec;

/**
 * Trains nothing: draws losses from a known law, with a little noise that depends on the seed
 * alone. What happens at a step can be added by a test.
 */
final class StandInTrainer implements Trainer {
  /** What a test lets happen. */
  interface Event {
    /** Before a step; true ends the run as diverged. */
    boolean at(TrainingSpec spec, long step) throws IOException;
  }

  private static final double[] TRUTH = {1.7, 40, 0.35, 60, 0.3};
  private static final String DIGEST = "c0ffee".repeat(10) + "0000";

  /** Every spec that was trained, in the order of starting. */
  final Queue<TrainingSpec> trained = new ConcurrentLinkedQueue<>();

  /** Digest that the next corpora have. */
  volatile String digest = DIGEST;

  /** Why a spec cannot be served; null when it can. */
  volatile Function<TrainingSpec, String> refusal = _ -> null;

  private final Event event;

  StandInTrainer(Event event) {
    this.event = event;
  }

  StandInTrainer() {
    this((_, _) -> false);
  }

  @Override
  public String numerics(TrainingSpec spec) {
    return "stand-in 1";
  }

  @Override
  public void close() {}

  @Override
  public Facts check(TrainingSpec spec, StopSignal stop) throws IOException {
    String sentence = refusal.apply(spec);
    if (sentence != null) {
      throw new CorpusException(sentence);
    }
    return facts(spec);
  }

  @Override
  public void train(List<TrainingSpec> cohort, StopSignal stop, Log log) throws IOException {
    TrainingSpec spec = cohort.getFirst();
    trained.add(spec);
    event.at(spec, 0);
    Facts facts = facts(spec);
    log.opened(0, facts);
    RandomGenerator noise = RandomGeneratorFactory.of("L64X128MixRandom").create(spec.seed());
    long[] plan = spec.checkpoints().tokens(spec.tokens());
    int next = 0;
    for (long step = 1; step <= spec.steps(); step++) {
      if (stop.stopped()) {
        return;
      }
      boolean diverges = event.at(spec, step);
      boolean due = next < plan.length && plan[next] <= step * spec.tokensPerStep();
      if (due || diverges) {
        next++;
        log.checkpoint(0, checkpoint(spec, facts, step, diverges, noise.nextGaussian()));
      }
      if (diverges) {
        log.diverged(0, step, "the loss is not finite");
        return;
      }
      log.progress(0, step, spec.steps());
    }
    log.finished(0);
  }

  private Facts facts(TrainingSpec spec) throws IOException {
    int vocabulary = spec.corpus().vocabulary();
    Map<String, Facts.HeldOutFacts> heldOut = new HashMap<>();
    spec.heldOut()
        .forEach(
            (name, set) ->
                heldOut.put(
                    name, new Facts.HeldOutFacts(digest, set.tokens(), 12, OptionalDouble.of(1))));
    return new Facts(
        digest,
        vocabulary,
        50_000_000,
        spec.model().count(vocabulary, spec.context()),
        spec.model().trainingFlopsPerToken(vocabulary, spec.context()),
        heldOut);
  }

  private static Checkpoint checkpoint(
      TrainingSpec spec, Facts facts, long step, boolean diverged, double noise) {
    long tokens = step * spec.tokensPerStep();
    double n = facts.parameters().under(ParameterCount.Convention.NON_EMBEDDING);
    double loss =
        diverged
            ? Double.NaN
            : new Chinchilla().loss(Scale.of(n, tokens), TRUTH) * (1 + 1e-3 * noise);
    double fraction = spec.schedule().at(tokens, spec.tokens());
    Map<String, Checkpoint.HeldOutLoss> heldOut = new HashMap<>();
    for (String name : spec.heldOut().keySet()) {
      heldOut.put(
          name, new Checkpoint.HeldOutLoss(loss, 0.01, OptionalDouble.of(loss / Math.log(2))));
    }
    return new Checkpoint(
        step,
        tokens,
        (double) tokens / facts.uniqueTokens(),
        facts.trainingFlopsPerToken() * tokens,
        fraction * spec.optimizer().learningRate(),
        fraction,
        loss,
        diverged ? Double.POSITIVE_INFINITY : 0.5,
        heldOut);
  }
}
