package kleiber.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import kleiber.experiment.UserException;
import kleiber.models.Gpt;

/**
 * The trainings that are measured: GPT-2 as Radford et al. 2019 have it (layer norms, learned
 * positions, GELU, biases, tied head) in five sizes, over bytes.
 */
public enum Configuration {
  /** Width 64, 2 blocks, 4 heads, 32 sequences. */
  S(64, 2, 4, 32),
  /** Width 128, 4 blocks, 4 heads, 32 sequences. */
  M(128, 4, 4, 32),
  /** Width 256, 4 blocks, 4 heads, 32 sequences. */
  L(256, 4, 4, 32),
  /** Width 512, 6 blocks, 8 heads, 8 sequences. */
  XL(512, 6, 8, 8),
  /** Width 16, 2 blocks, 2 heads, 32 sequences. */
  TINY(16, 2, 2, 32);

  /** V: bytes. */
  static final int VOCABULARY = 256;

  /** T. */
  static final int CONTEXT = 128;

  private final Gpt model;
  private final int batch;

  Configuration(int width, int depth, int heads, int batch) {
    this.model =
        new Gpt(
            depth,
            width,
            heads,
            Gpt.Position.LEARNED,
            Gpt.Norm.LAYER,
            Gpt.Activation.GELU,
            true,
            false,
            true);
    this.batch = batch;
  }

  /**
   * The configuration of that name, in capitals or not.
   *
   * @throws UserException when there is none
   */
  public static Configuration of(String name) {
    return Arrays.stream(values())
        .filter(configuration -> configuration.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "there is no configuration '%s'; known: %s".formatted(name, known())));
  }

  private static String known() {
    return Arrays.stream(values()).map(Configuration::word).collect(Collectors.joining(", "));
  }

  /** The name as tables show it: S, M, L, XL, tiny. */
  public String word() {
    return this == TINY ? name().toLowerCase(Locale.ROOT) : name();
  }

  Gpt model() {
    return model;
  }

  /** B. */
  int batch() {
    return batch;
  }

  /** B·T. */
  int tokensPerStep() {
    return batch * CONTEXT;
  }

  /** FLOPs of one step of one member, attention counted in full. */
  double flopsPerStep() {
    return tokensPerStep() * model.trainingFlopsPerToken(VOCABULARY, CONTEXT);
  }
}
