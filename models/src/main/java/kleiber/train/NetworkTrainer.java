package kleiber.train;

import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import kleiber.engine.Precision;
import kleiber.engine.cuda.driver.CardProperties;
import kleiber.engine.nd4j.RecurrentNetwork;
import kleiber.models.Lstm;

/**
 * Trains families that bring a network of Deeplearning4j's. It runs on ND4J's backend, whatever
 * engine others run on, and on one thread; Deeplearning4j is loaded when the first one is trained.
 */
public final class NetworkTrainer extends CohortTrainer {
  /** A trainer that borrows the corpora; closing it closes nothing. */
  public NetworkTrainer(OpenCorpora corpora) {
    super(corpora);
  }

  @Override
  public String numerics(TrainingSpec spec) {
    return RecurrentNetwork.numerics();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Eight numbers a parameter (weight, gradient, two moments, and a copy of them), and for each
   * token what forward and backward keep of gates, states and logits. No card is used, whichever is
   * given.
   */
  @Override
  public double memory(TrainingSpec spec, Facts facts, Optional<CardProperties> card) {
    Lstm family = lstm(spec);
    double perToken = 2.0 * facts.vocabulary() + 2.0 * 12 * family.width() * family.depth();
    double perParameter = 8.0 * facts.parameters().total();
    return Float.BYTES * (perParameter + 2 * perToken * spec.tokensPerStep());
  }

  /** {@inheritDoc} Networks are trained one after another. */
  @Override
  public double flopsOfPass(TrainingSpec spec, Facts facts) {
    return Double.POSITIVE_INFINITY;
  }

  private static Lstm lstm(TrainingSpec spec) {
    if (spec.model() instanceof Lstm family) {
      return family;
    }
    throw new IllegalArgumentException(spec.model() + " is no network of Deeplearning4j's");
  }

  static AdamW adamW(Optimizer optimizer) {
    if (optimizer instanceof AdamW adamW) {
      return adamW;
    }
    throw new IllegalArgumentException(
        "Lstm trains by AdamW only, not by %s: leave the optimizer's type out of its base"
            .formatted(optimizer.getClass().getSimpleName()));
  }

  @Override
  void require(TrainingSpec spec) {
    lstm(spec);
    adamW(spec.optimizer());
    if (spec.products() != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "Lstm trains in float32 only: leave precision out of its base");
    }
    if (spec.microBatch().isPresent()) {
      throw new IllegalArgumentException(
          "Lstm takes its batch at once: leave microBatch out of its base");
    }
    if (spec.average().isPresent()) {
      throw new IllegalArgumentException(
          "Lstm keeps no averaged weights: leave average out of its base");
    }
  }

  @Override
  SequencedMap<String, List<Integer>> parameters(TrainingSpec shape, Facts facts) {
    AdamW any = adamW(shape.optimizer());
    return new RecurrentNetwork(
            lstm(shape).form(facts.vocabulary()),
            new RecurrentNetwork.Updating(any.beta1(), any.beta2(), any.epsilon()))
        .shapes();
  }

  @Override
  Models begin(TrainingSpec shape, Facts facts, List<Member.Beginning> models) {
    return Networks.begin(lstm(shape), facts.vocabulary(), shape.batch(), models);
  }

  @Override
  Models resume(
      TrainingSpec shape,
      Facts facts,
      List<Member.Beginning> models,
      int[] numbers,
      Snapshot.Tensors saved) {
    return Networks.resume(lstm(shape), facts.vocabulary(), shape.batch(), models, numbers, saved);
  }
}
