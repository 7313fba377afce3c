package kleiber.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import kleiber.data.Corpus;
import kleiber.engine.Precision;
import kleiber.models.Gpt;
import kleiber.models.ModelFamily;

/** Tiny specs for tests, to be varied one setting at a time. */
final class Specs {
  static final Gpt GPT =
      new Gpt(
          1, 8, 2, Gpt.Position.LEARNED, Gpt.Norm.LAYER, Gpt.Activation.GELU, true, false, true);
  static final AdamW ADAMW = new AdamW(0.01, 0.9, 0.95, 1e-8, 0.1, 1.0);

  /** One of every optimizer. */
  static final List<Optimizer> OPTIMIZERS =
      List.of(
          ADAMW, new Sgd(0.5, 0.9, true, 0.02, 1), new Muon(0.01, 0.95, 0.9, 0.95, 1e-8, 0.1, 1));

  static final Map<String, HeldOut> VALIDATION =
      Map.of("validation", new HeldOut(120, Optional.empty()));

  /** The same set, asked for the loss at each position too. */
  static final Map<String, HeldOut> BY_POSITION =
      Map.of("validation", new HeldOut(120, Optional.empty(), Optional.of(true)));

  private Specs() {}

  /** 20 steps of 4 sequences of 8 tokens. */
  static TrainingSpec spec() {
    return of(GPT, new MadeUpText(1000, 200, 16), 640, VALIDATION);
  }

  static TrainingSpec of(
      ModelFamily model, Corpus corpus, long tokens, Map<String, HeldOut> heldOut) {
    return new TrainingSpec(
        model,
        corpus,
        8,
        4,
        tokens,
        false,
        ADAMW,
        new Cosine(32, 0.1),
        new CheckpointPlan(100, 2),
        heldOut,
        1);
  }

  static TrainingSpec with(TrainingSpec spec, Optimizer optimizer, Schedule schedule, long seed) {
    return new TrainingSpec(
        spec.model(),
        spec.corpus(),
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        optimizer,
        schedule,
        spec.checkpoints(),
        spec.heldOut(),
        seed);
  }

  /** The same of another model. */
  static TrainingSpec with(TrainingSpec spec, ModelFamily model) {
    return with(
        of(model, spec.corpus(), spec.tokens(), spec.heldOut()),
        spec.optimizer(),
        spec.schedule(),
        spec.seed());
  }

  /** The same with another length, and checkpoints of its own. */
  static TrainingSpec with(TrainingSpec spec, long tokens, CheckpointPlan checkpoints) {
    return new TrainingSpec(
        spec.model(),
        spec.corpus(),
        spec.context(),
        spec.batch(),
        tokens,
        spec.repeat(),
        spec.optimizer(),
        spec.schedule(),
        checkpoints,
        spec.heldOut(),
        spec.seed());
  }

  /** The same with a multiple choice and with samples at every checkpoint. */
  static TrainingSpec asked(TrainingSpec spec) {
    return asked(
        spec,
        Map.of("choice", new MultipleChoice(5, 3, 2), "samples", new Sampling(5, 3, 5, 1, 1)));
  }

  /** The same with evaluations at every checkpoint. */
  static TrainingSpec asked(TrainingSpec spec, Map<String, Evaluation> evaluations) {
    return with(
        spec, spec.precision(), spec.microBatch(), spec.average(), Optional.of(evaluations));
  }

  /** The same with averaged weights. */
  static TrainingSpec averaged(TrainingSpec spec, WeightAverage average) {
    return with(
        spec, spec.precision(), spec.microBatch(), Optional.of(average), spec.evaluations());
  }

  /** The same in a precision. */
  static TrainingSpec in(TrainingSpec spec, Precision precision) {
    return with(
        spec, Optional.of(precision), spec.microBatch(), spec.average(), spec.evaluations());
  }

  /** The same, so many sequences at a time. */
  static TrainingSpec inPasses(TrainingSpec spec, int microBatch) {
    return with(
        spec, spec.precision(), OptionalInt.of(microBatch), spec.average(), spec.evaluations());
  }

  private static TrainingSpec with(
      TrainingSpec spec,
      Optional<Precision> precision,
      OptionalInt microBatch,
      Optional<WeightAverage> average,
      Optional<Map<String, Evaluation>> evaluations) {
    return new TrainingSpec(
        spec.model(),
        spec.corpus(),
        spec.context(),
        spec.batch(),
        spec.tokens(),
        spec.repeat(),
        spec.optimizer(),
        spec.schedule(),
        spec.checkpoints(),
        spec.heldOut(),
        spec.seed(),
        precision,
        microBatch,
        average,
        evaluations);
  }
}
