package kleiber.models;

import java.util.Map;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * A {@link Gpt} that reads every sequence P times at once and has one answer (Chen et al. 2025,
 * arXiv:2505.10475, section 2). All streams share its weights. What makes them differ is a prefix
 * of trained keys and values for each stream and layer, which its queries see beside their own
 * positions (Li and Liang 2021, arXiv:2101.00190); prefixes have no position, so none is turned by
 * rotary angles. After the final norm a two-layer perceptron (P·D columns to D, GELU, to P) sees
 * the streams side by side and weighs each position's mean of them: w = (1 − ε) softmax + ε / P,
 * with the paper's ε = {@value #SMOOTHING}, keeps all streams trained. The head reads the mean.
 *
 * <p>One stream has neither prefix nor mean: it is the {@link Gpt} of these settings, bit for bit.
 *
 * @param depth as {@link Gpt} has it, and all up to {@code biases}; full attention, each head with
 *     keys of its own
 * @param streams P
 * @param prefix S, positions of a stream's prefix; nothing reads it where there is one stream
 */
public record ParallelStreams(
    int depth,
    int width,
    int heads,
    Gpt.Position position,
    Gpt.Norm norm,
    Gpt.Activation activation,
    boolean tiedHead,
    boolean qkNorm,
    boolean biases,
    int streams,
    int prefix)
    implements KernelFamily {
  static final double SMOOTHING = 0.1;

  private static final int MOST_STREAMS = 64;
  private static final int LONGEST_PREFIX = 4_096;

  public ParallelStreams {
    new Gpt(depth, width, heads, position, norm, activation, tiedHead, qkNorm, biases);
    Gpt.require("streams", streams, MOST_STREAMS);
    Gpt.require("prefix", prefix, LONGEST_PREFIX);
  }

  /** What each stream is. */
  Gpt gpt() {
    return new Gpt(depth, width, heads, position, norm, activation, tiedHead, qkNorm, biases);
  }

  /** P, on which parallel scaling laws lie. */
  @Override
  public Map<String, Double> axes() {
    return Map.of("streams", (double) streams);
  }

  @Override
  public Program program(int vocabulary, int batch, int context) {
    return streams == 1
        ? gpt().program(vocabulary, batch, context)
        : new StreamsProgram(this, vocabulary, batch, context).build();
  }

  @Override
  public double[] initial(Tensor parameter, long seed) {
    return gpt().initial(parameter, seed);
  }

  @Override
  public ParameterCount count(int vocabulary, int context) {
    ParameterCount gpt = gpt().count(vocabulary, context);
    if (streams == 1) {
      return gpt;
    }
    long prefixes = 2L * depth * streams * prefix * width;
    long mixerBiases = biases ? width + streams : 0;
    return new ParameterCount(
        gpt.embedding(),
        gpt.hidden() + prefixes + mixerWeights() + mixerBiases,
        gpt.output(),
        gpt.matmul() + mixerWeights());
  }

  private long mixerWeights() {
    return streams == 1 ? 0 : (long) width * width * streams + (long) width * streams;
  }

  /**
   * 6 for each weight of the blocks and each stream, 6 · (D V + P D² + P D) for the head and for
   * what weighs the streams, and 12 · P · L · (T + S) · D for attention.
   */
  @Override
  public double trainingFlopsPerToken(int vocabulary, int context) {
    double head = (double) vocabulary * width;
    double blocks = gpt().count(vocabulary, context).matmul() - head;
    int seen = streams == 1 ? context : context + prefix;
    return 6 * (streams * blocks + head + mixerWeights()) + 12.0 * streams * depth * seen * width;
  }
}
