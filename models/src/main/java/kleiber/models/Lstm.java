package kleiber.models;

import java.util.Arrays;
import java.util.List;
import kleiber.engine.nd4j.RecurrentNetwork;

/**
 * A recurrent language model on Deeplearning4j: the baseline that transformers are compared with
 * (Kaplan et al. 2020, arXiv:2001.08361, section 3.2.1; Ho et al. 2024, arXiv:2403.05812). An
 * embedding, layers of LSTM without peepholes, and a head with bias. It sees a window as a
 * transformer does: nothing is carried over from the window before. A step takes the time of its
 * many small operations, a dozen for each position, so large batches cost little more than small.
 *
 * <p>Initial weights are normal with deviation 1 / sqrt(inputs), those of the embedding with
 * deviation 1; biases 0, those of forget gates 1 (Jozefowicz et al. 2015).
 *
 * @param depth L, layers
 * @param width H, of each layer
 * @param embedding E, columns of the token table
 */
public record Lstm(int depth, int width, int embedding) implements ModelFamily {
  private static final int GATES = 4;
  private static final int FORGET = 1;
  private static final int MOST_LAYERS = 16;
  private static final int WIDEST = 8192;

  public Lstm {
    require("depth", depth, MOST_LAYERS);
    require("width", width, WIDEST);
    require("embedding", embedding, WIDEST);
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + " but must be between 1 and " + most);
    }
  }

  @Override
  public ParameterCount count(int vocabulary, int context) {
    long recurrent = recurrent();
    long biases = (long) GATES * width * depth;
    long head = (long) width * vocabulary;
    return new ParameterCount(
        (long) vocabulary * embedding, recurrent + biases, head + vocabulary, recurrent + head);
  }

  /** Weights of all layers without biases. */
  private long recurrent() {
    return (long) GATES * width * (embedding + width + (depth - 1L) * 2 * width);
  }

  /** Six per weight of a matrix product; there is no attention. */
  @Override
  public double trainingFlopsPerToken(int vocabulary, int context) {
    return 6.0 * count(vocabulary, context).matmul();
  }

  /** The network with a vocabulary of V. */
  public RecurrentNetwork.Form form(int vocabulary) {
    return new RecurrentNetwork.Form(vocabulary, embedding, depth, width);
  }

  /**
   * Initial values of a parameter: a pure function of the settings, its name and the seed.
   *
   * @param shape as {@link RecurrentNetwork#shapes} tells it
   */
  public double[] initial(String parameter, List<Integer> shape, long seed) {
    int outputs = shape.getFirst();
    if (shape.size() == 1) {
      double[] bias = InitialValues.constant(outputs, 0);
      if (outputs == GATES * width && !parameter.startsWith(depth + 1 + "_")) {
        Arrays.fill(bias, FORGET * width, (FORGET + 1) * width, 1);
      }
      return bias;
    }
    int inputs = shape.getLast();
    boolean table = parameter.startsWith("0_");
    double deviation = table ? 1 : 1 / Math.sqrt(inputs);
    return InitialValues.normal(parameter, seed, outputs * inputs, deviation);
  }
}
