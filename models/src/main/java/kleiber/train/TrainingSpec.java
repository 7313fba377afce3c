package kleiber.train;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kleiber.data.Corpus;
import kleiber.engine.Precision;
import kleiber.models.ModelFamily;

/**
 * One training: everything that decides its result, and nothing else. The id of a run is the hash
 * of this record in canonical form.
 *
 * @param context T, tokens in a sequence
 * @param batch B, sequences in a step
 * @param tokens D, training tokens; rounded up to whole steps of B·T
 * @param repeat whether D may exceed the corpus's unique tokens
 * @param seed of initial weights and data order
 * @param heldOut held-out sets by name; at least one
 * @param precision of matrix products; empty is float32, and float32 becomes empty
 * @param microBatch sequences that a model takes at a time: a step is then batch / microBatch
 *     passes whose gradients are added up, with activations of so many sequences in memory. Every
 *     loss, those beside the training loss too, is a mean over sequences, so rounding is all that
 *     it changes. Empty takes the whole batch at once, and batch becomes empty
 * @param average of the weights, which held-out sets are scored with too; empty for none
 * @param evaluations beside the losses, by name; empty for none
 */
public record TrainingSpec(
    ModelFamily model,
    Corpus corpus,
    int context,
    int batch,
    long tokens,
    boolean repeat,
    Optimizer optimizer,
    Schedule schedule,
    CheckpointPlan checkpoints,
    Map<String, HeldOut> heldOut,
    long seed,
    Optional<Precision> precision,
    OptionalInt microBatch,
    Optional<WeightAverage> average,
    Optional<Map<String, Evaluation>> evaluations) {
  /** What follows a held-out set's name where averaged weights were scored on it. */
  static final String AVERAGED = ".average";

  /** So that whole steps of any batch can be counted. */
  private static final long MOST_TOKENS = 1_000_000_000_000_000_000L;

  /** In float32, the whole batch at once, nothing averaged, no evaluations. */
  public TrainingSpec(
      ModelFamily model,
      Corpus corpus,
      int context,
      int batch,
      long tokens,
      boolean repeat,
      Optimizer optimizer,
      Schedule schedule,
      CheckpointPlan checkpoints,
      Map<String, HeldOut> heldOut,
      long seed) {
    this(
        model,
        corpus,
        context,
        batch,
        tokens,
        repeat,
        optimizer,
        schedule,
        checkpoints,
        heldOut,
        seed,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public TrainingSpec {
    precision = precision.filter(given -> given != Precision.FLOAT32);
    heldOut = Collections.unmodifiableMap(new TreeMap<>(heldOut));
    evaluations =
        evaluations
            .filter(asked -> !asked.isEmpty())
            .map(asked -> Collections.unmodifiableMap(new TreeMap<>(asked)));
    if (context < 1) {
      throw new IllegalArgumentException("context is " + context + " but must be at least 1 token");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + " but must be at least 1 sequence");
    }
    if (microBatch.isPresent()) {
      requireDivisor(microBatch.getAsInt(), batch);
      microBatch = microBatch.getAsInt() == batch ? OptionalInt.empty() : microBatch;
    }
    if ((long) batch * context > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "batch "
              + batch
              + " × context "
              + context
              + " is more than "
              + Integer.MAX_VALUE
              + " tokens a step; give a smaller batch or context");
    }
    if (tokens < 1 || tokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "tokens is %d but must be from 1 to %d".formatted(tokens, MOST_TOKENS));
    }
    if (heldOut.isEmpty()) {
      throw new IllegalArgumentException("heldOut is empty: name at least one held-out set");
    }
    if (schedule.warmupTokens() > tokens) {
      throw new IllegalArgumentException(
          "warmup of " + schedule.warmupTokens() + " tokens is longer than the run of " + tokens);
    }
    if (model.window().orElse(0) >= context) {
      throw new IllegalArgumentException(
          "window is %d and context %d, so every query sees all positions before it anyway; give a smaller window, or leave it out of the model"
              .formatted(model.window().getAsInt(), context));
    }
    if (model.muP().isPresent() && !(optimizer instanceof AdamW)) {
      throw new IllegalArgumentException(
          "muP says how learning rates of AdamW follow from the width, not those of %s; take AdamW, or leave muP out of the model"
              .formatted(optimizer.getClass().getSimpleName()));
    }
    model.masking().ifPresent(masking -> masking.count(context));
    if (model.masking().isPresent() && evaluations.isPresent()) {
      throw new IllegalArgumentException(
          "evaluations ask for the next token, and %s predicts masked ones; leave evaluations out"
              .formatted(model.getClass().getSimpleName()));
    }
    if (evaluations.isPresent()) {
      for (Evaluation evaluation : evaluations.get().values()) {
        evaluation.requireOf(model);
      }
    }
    for (String name : heldOut.keySet()) {
      if (average.isPresent() && heldOut.containsKey(name + AVERAGED)) {
        throw new IllegalArgumentException(
            "heldOut names both %s and %1$s%s, but the latter is what averaged weights get on the former; rename it"
                .formatted(name, AVERAGED));
      }
    }
  }

  private static void requireDivisor(int given, int batch) {
    IntPredicate divides = number -> batch % number == 0;
    if (given < 1 || given > batch || !divides.test(given)) {
      OptionalInt below = IntStream.rangeClosed(1, Math.min(given, batch)).filter(divides).max();
      OptionalInt above = IntStream.rangeClosed(Math.max(given, 1), batch).filter(divides).min();
      throw new IllegalArgumentException(
          "microBatch is %d but must divide batch, which is %d; the nearest to it: %s"
              .formatted(
                  given,
                  batch,
                  IntStream.concat(below.stream(), above.stream())
                      .mapToObj(Integer::toString)
                      .collect(Collectors.joining(", "))));
    }
  }

  /**
   * The names of the losses that a checkpoint has: of held-out sets, and where weights are averaged
   * of each with {@code .average} after it.
   */
  public Set<String> lossNames() {
    Set<String> names = new TreeSet<>(heldOut.keySet());
    if (average.isPresent()) {
      heldOut.keySet().forEach(name -> names.add(name + AVERAGED));
    }
    return names;
  }

  /** The held-out set that a loss is measured on, see {@link #lossNames}. */
  public HeldOut heldOutOf(String lossName) {
    return heldOut.containsKey(lossName) || !lossName.endsWith(AVERAGED)
        ? heldOut.get(lossName)
        : heldOut.get(lossName.substring(0, lossName.length() - AVERAGED.length()));
  }

  /** What matrix products are made of. */
  public Precision products() {
    return precision.orElse(Precision.FLOAT32);
  }

  /** Sequences that a model takes at a time: those of a step, or of a micro-batch. */
  public int sequencesPerPass() {
    return microBatch.orElse(batch);
  }

  /** Tokens in a step. */
  public long tokensPerStep() {
    return (long) batch * context;
  }

  /** Optimizer steps. */
  public long steps() {
    return Math.ceilDiv(tokens, tokensPerStep());
  }

  /**
   * The factor on the peak learning rate at a step.
   *
   * @param step counted from 1
   */
  public double fractionOfPeak(long step) {
    return schedule.at((step - 1) * tokensPerStep(), tokens);
  }

  /** The trunk that this run is a branch of; empty when its schedule has no stable phase. */
  public Optional<Trunk> trunk() {
    return schedule
        .trunk(tokens)
        .map(
            stable ->
                new Trunk(
                    model, corpus, context, batch, optimizer, stable, seed, precision, microBatch));
  }

  /**
   * How many first steps of this run are the first steps of another too: to the end of the last of
   * them the two are one training, weights and moments alike.
   */
  public long sharedSteps(TrainingSpec other) {
    boolean sameStart =
        seed == other.seed
            && context == other.context
            && batch == other.batch
            && precision.equals(other.precision)
            && microBatch.equals(other.microBatch)
            && optimizer.equals(other.optimizer)
            && model.equals(other.model)
            && corpus.equals(other.corpus);
    long most = sameStart ? Math.min(steps(), other.steps()) : 0;
    long shared = 0;
    while (shared < most && fractionOfPeak(shared + 1) == other.fractionOfPeak(shared + 1)) {
      shared++;
    }
    return shared;
  }

  /** The same training from other initial weights and in another order of data. */
  public TrainingSpec withSeed(long other) {
    return with(optimizer, checkpoints, heldOut, other, evaluations);
  }

  /** The same training by another optimizer. */
  public TrainingSpec withOptimizer(Optimizer other) {
    return with(other, checkpoints, heldOut, seed, evaluations);
  }

  /** The same training, measured at other times and on other text, and asked nothing else. */
  public TrainingSpec measuredBy(CheckpointPlan others, Map<String, HeldOut> sets) {
    return with(optimizer, others, sets, seed, Optional.empty());
  }

  /** The same training but for rounding: in float32, each batch at once. */
  public TrainingSpec upToRounding() {
    return precision.isEmpty() && microBatch.isEmpty()
        ? this
        : new TrainingSpec(
            model,
            corpus,
            context,
            batch,
            tokens,
            repeat,
            optimizer,
            schedule,
            checkpoints,
            heldOut,
            seed,
            Optional.empty(),
            OptionalInt.empty(),
            average,
            evaluations);
  }

  private TrainingSpec with(
      Optimizer otherOptimizer,
      CheckpointPlan otherCheckpoints,
      Map<String, HeldOut> otherSets,
      long otherSeed,
      Optional<Map<String, Evaluation>> otherEvaluations) {
    return new TrainingSpec(
        model,
        corpus,
        context,
        batch,
        tokens,
        repeat,
        otherOptimizer,
        schedule,
        otherCheckpoints,
        otherSets,
        otherSeed,
        precision,
        microBatch,
        average,
        otherEvaluations);
  }
}
