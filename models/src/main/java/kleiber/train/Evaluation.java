package kleiber.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.data.Oracle;
import kleiber.data.SplitCorpus;
import kleiber.models.ModelFamily;

/**
 * The settings of something that is measured of a model at every checkpoint beside its losses. One
 * record per kind, in this package; the package is the registry.
 */
public interface Evaluation {
  /** What is measured of, the same for every run of a shape. */
  interface Questions {
    /**
     * Measures.
     *
     * @return by name, the value of each member; empty when stopped in between
     */
    Optional<Map<String, double[]>> ask(Answers models, StopSignal stop);
  }

  /** The models of a cohort, which can be asked for what they say of tokens. */
  interface Answers {
    /** M. */
    int members();

    /** B, sequences at a time. */
    int batch();

    /**
     * Scores sequences.
     *
     * @param inputs [M, B, T]
     * @param targets [M, B, T]
     * @return by member [B, T], nats
     */
    double[][] losses(int[] inputs, int[] targets);

    /**
     * Logits of the next token everywhere.
     *
     * @param inputs [M, B, T]
     * @return by member [B, T, V]
     */
    double[][] logits(int[] inputs);

    /**
     * Gates of experts everywhere, 0 for those that are not chosen.
     *
     * @param inputs [M, B, T]
     * @return from the first block with experts to the last, by member [B, T, E]
     */
    List<double[][]> gates(int[] inputs);
  }

  /**
   * Refuses models of which it makes no sense to ask.
   *
   * @throws IllegalArgumentException with a sentence that says why
   */
  default void requireOf(ModelFamily model) {}

  /**
   * Gets ready.
   *
   * @param corpus that the run is trained on
   * @param oracle its ideal predictor, where there is one
   * @param context T
   * @throws kleiber.data.CorpusException when the corpus cannot serve it
   */
  Questions prepare(SplitCorpus corpus, Optional<Oracle> oracle, int context) throws IOException;
}
