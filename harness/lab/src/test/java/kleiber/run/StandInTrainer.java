package kleiber.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kleiber.data.CorpusException;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.laws.Chinchilla;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.Snapshot;
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

  /** Every cohort that was trained, in the order of starting. */
  final Queue<List<TrainingSpec>> cohorts = new ConcurrentLinkedQueue<>();

  /** Bytes that a run is said to take. */
  volatile double bytes = 1e6;

  /** Digest that the next corpora have. */
  volatile String digest = DIGEST;

  /** Why a spec cannot be served; null when it can. */
  volatile Function<TrainingSpec, String> refusal = _ -> null;

  private final Event event;

  /** Every spec that was trained, in the order of starting. */
  List<TrainingSpec> trained() {
    return cohorts.stream().flatMap(List::stream).toList();
  }

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
  public Object shape(TrainingSpec spec) {
    return List.of(spec.model(), spec.batch(), spec.context());
  }

  @Override
  public double flopsOfPass(TrainingSpec spec, Facts facts) {
    return facts.trainingFlopsPerToken() * spec.tokensPerStep();
  }

  @Override
  public double memory(TrainingSpec spec, Facts facts, Optional<CardProperties> card) {
    return bytes;
  }

  @Override
  public void train(List<TrainingSpec> cohort, Optional<Snapshot> from, StopSignal stop, Log log)
      throws IOException {
    from.ifPresent(_ -> log.startsOver("a stand-in starts over"));
    cohorts.add(cohort);
    List<Member> members = new ArrayList<>();
    for (TrainingSpec spec : cohort) {
      event.at(spec, 0);
      Facts facts = facts(spec);
      log.opened(members.size(), facts);
      members.add(new Member(members.size(), spec, facts, log));
    }
    for (long step = 1; !members.isEmpty(); step++) {
      if (stop.stopped()) {
        return;
      }
      for (Member member : List.copyOf(members)) {
        if (!log.wanted(member.number) || member.ends(step)) {
          members.remove(member);
        }
      }
    }
  }

  private final class Member {
    private final int number;
    private final TrainingSpec spec;
    private final Facts facts;
    private final Log log;
    private final RandomGenerator noise;
    private final long[] plan;
    private int next;

    Member(int number, TrainingSpec spec, Facts facts, Log log) {
      this.number = number;
      this.spec = spec;
      this.facts = facts;
      this.log = log;
      noise = RandomGeneratorFactory.of("L64X128MixRandom").create(spec.seed());
      plan = spec.checkpoints().tokens(spec.tokens());
    }

    /** Takes a step; true when it was its last. */
    boolean ends(long step) throws IOException {
      boolean diverges = event.at(spec, step);
      boolean due = next < plan.length && plan[next] <= step * spec.tokensPerStep();
      if (due || diverges) {
        next++;
        log.checkpoint(
            number, StandInTrainer.checkpoint(spec, facts, step, diverges, noise.nextGaussian()));
      }
      if (diverges) {
        log.diverged(number, step, "the loss is not finite");
        return true;
      }
      log.progress(number, step, spec.steps());
      if (step == spec.steps()) {
        log.finished(number);
      }
      return step == spec.steps();
    }
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
