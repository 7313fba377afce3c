package kleiber.models;

import java.util.Optional;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * A bidirectional encoder that predicts masked tokens, as BERT does (Devlin et al. 2019,
 * arXiv:1810.04805), in the blocks of {@link Gpt}: every position sees every other. The token table
 * has one row more than the vocabulary, for the mask; as that is never predicted, the head is a
 * matrix of its own. Its losses are nats per masked token, which are not those of models that
 * predict the next one.
 *
 * @param depth as {@link Gpt} has it, and all up to {@code biases}
 * @param masked share of a window's positions that are masked, .15 in BERT
 */
public record Encoder(
    int depth,
    int width,
    int heads,
    Gpt.Position position,
    Gpt.Norm norm,
    Gpt.Activation activation,
    boolean qkNorm,
    boolean biases,
    double masked)
    implements KernelFamily {
  public Encoder {
    new Gpt(depth, width, heads, position, norm, activation, false, qkNorm, biases);
    new Masking(masked);
  }

  /** The same blocks, causal. */
  Gpt gpt() {
    return new Gpt(depth, width, heads, position, norm, activation, false, qkNorm, biases);
  }

  @Override
  public Optional<Masking> masking() {
    return Optional.of(new Masking(masked));
  }

  @Override
  public Program program(int vocabulary, int batch, int context) {
    return new GptProgram(gpt(), vocabulary, batch, context) {
      @Override
      int inputIds(int ofVocabulary) {
        return ofVocabulary + 1;
      }

      @Override
      int scored() {
        return batch * new Masking(masked).count(context);
      }

      @Override
      boolean causal() {
        return false;
      }
    }.build();
  }

  @Override
  public double[] initial(Tensor parameter, long seed) {
    return gpt().initial(parameter, seed);
  }

  @Override
  public ParameterCount count(int vocabulary, int context) {
    ParameterCount causal = gpt().count(vocabulary, context);
    return new ParameterCount(
        causal.embedding() + width, causal.hidden(), causal.output(), causal.matmul());
  }

  /** As {@link Gpt} counts them: attention in full, and the head at every position. */
  @Override
  public double trainingFlopsPerToken(int vocabulary, int context) {
    return gpt().trainingFlopsPerToken(vocabulary, context);
  }
}
