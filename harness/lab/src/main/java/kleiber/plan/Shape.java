package kleiber.plan;

import java.util.OptionalInt;
import kleiber.engine.Precision;
import kleiber.experiment.Run;
import kleiber.models.ModelFamily;

/**
 * What decides how long a step takes.
 *
 * @param vocabulary V
 * @param context T
 * @param batch B
 * @param microBatch sequences at a time; empty where that is the whole batch
 * @param precision of matrix products
 * @param optimizer the name of its type, such as {@code AdamW}
 */
record Shape(
    ModelFamily model,
    int vocabulary,
    int context,
    int batch,
    OptionalInt microBatch,
    Precision precision,
    String optimizer) {
  static Shape of(Run run, int vocabulary) {
    return new Shape(
        run.spec().model(),
        vocabulary,
        run.spec().context(),
        run.spec().batch(),
        run.spec().microBatch(),
        run.spec().products(),
        run.spec().optimizer().getClass().getSimpleName());
  }

  /** FLOPs of one step of one member. */
  double flopsPerStep() {
    return model.trainingFlopsPerToken(vocabulary, context) * batch * context;
  }

  /** B·T. */
  double tokensPerStep() {
    return (double) batch * context;
  }
}
