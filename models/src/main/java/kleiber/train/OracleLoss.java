package kleiber.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import kleiber.data.Corpus;
import kleiber.data.Oracle;
import kleiber.data.SplitCorpus;

/**
 * The loss of a corpus's ideal predictor on the very tokens of a held-out set, each given the part
 * of its window before it: what a run's loss there falls to, and not below but by chance. It is no
 * part of a run and enters no fit.
 *
 * @param mean nats per token
 * @param byPosition mean at each of a window's T places, nats; it falls as more has been seen
 */
public record OracleLoss(double mean, double[] byPosition) {
  private static final Path NO_CACHE = Path.of("unused");

  /**
   * Joins a training with the ideal predictor of a held-out set's corpus.
   *
   * @param loss one of {@link TrainingSpec#lossNames}
   * @return empty when nobody knows what the corpus was drawn from, and for a model of masked
   *     tokens, whose losses are of something else
   */
  public static Optional<OracleLoss> of(TrainingSpec spec, String loss) throws IOException {
    HeldOut asked = spec.heldOutOf(loss);
    Corpus corpus = asked.corpus().orElse(spec.corpus());
    Optional<Oracle> oracle = corpus.oracle();
    if (oracle.isEmpty() || spec.model().masking().isPresent()) {
      return Optional.empty();
    }
    SplitCorpus split = corpus.open(NO_CACHE);
    return Optional.of(
        of(
            new HeldOutSet(loss, asked, split, spec.context(), Optional.empty()),
            spec.context(),
            oracle.get()));
  }

  private static OracleLoss of(HeldOutSet set, int context, Oracle oracle) {
    double[] byPosition = new double[context];
    for (int w = 0; w < set.windows(); w++) {
      double[] losses = oracle.losses(set.window(w));
      for (int t = 0; t < context; t++) {
        byPosition[t] += losses[t + 1] / set.windows();
      }
    }
    return new OracleLoss(Arrays.stream(byPosition).average().orElseThrow(), byPosition);
  }
}
