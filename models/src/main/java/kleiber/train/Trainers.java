package kleiber.train;

import kleiber.engine.Engine;
import kleiber.models.KernelFamily;
import kleiber.models.Lstm;
import kleiber.models.ModelFamily;

/** Finds the trainer of a model family. */
public final class Trainers {
  private Trainers() {}

  /**
   * What trains the family.
   *
   * @param engine to train on, borrowed
   * @param corpora shared with other trainers, borrowed
   */
  public static Trainer of(ModelFamily family, Engine engine, OpenCorpora corpora) {
    if (family instanceof KernelFamily) {
      return new KernelTrainer(engine, corpora);
    }
    if (family instanceof Lstm) {
      return new NetworkTrainer(corpora);
    }
    throw new IllegalArgumentException("there is no trainer for " + family);
  }
}
