package kleiber.models;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * A decoder of pre-norm blocks: GPT-2 (Radford et al. 2019) and, by its options, the shapes that
 * came after it. Each block adds to the residual stream causal attention over packed queries, keys
 * and values, and then an MLP; a final norm and a head without bias follow.
 *
 * <p>Initial weights are GPT-2's: normal with deviation 0.02, and 0.02 / sqrt(2 · depth) for the
 * two projections of a block that write to the residual stream; biases 0, gains 1.
 *
 * @param depth L, blocks
 * @param width D, columns of the residual stream
 * @param heads H, attention heads of D/H columns each
 * @param position how a position is told
 * @param norm before attention, before the MLP and before the head
 * @param activation of the MLP; decides its width too, see {@link #mlpWidth}
 * @param tiedHead whether the head is the token table
 * @param qkNorm whether queries and keys are normalized over each head's columns before their
 *     product (Dehghani et al. 2023, arXiv:2302.05442), by the same kind of norm, each with a gain
 *     that heads share; where keys are shared, as many neighbouring heads of queries as there are
 *     heads of keys share one
 * @param biases whether linear maps and layer norms have biases; RMS norms and the head never do
 * @param muP the parametrization by which hyperparameters carry over between widths; empty for the
 *     standard one
 * @param zLoss coefficient of (ln Z)² beside the training loss, Z being the softmax's sum, which
 *     keeps logits from drifting (Chowdhery et al. 2022, arXiv:2204.02311, section 5); empty for
 *     none. Losses that are told never have it
 * @param kvHeads heads of keys and values, each shared by as many of queries (Ainslie et al. 2023,
 *     arXiv:2305.13245); empty for one to each, and so is the number of heads
 * @param window positions that each layer's queries see, their own included (Beltagy et al. 2020,
 *     arXiv:2004.05150, section 3.1); empty for all
 */
public record Gpt(
    int depth,
    int width,
    int heads,
    Position position,
    Norm norm,
    Activation activation,
    boolean tiedHead,
    boolean qkNorm,
    boolean biases,
    Optional<MuP> muP,
    OptionalDouble zLoss,
    OptionalInt kvHeads,
    OptionalInt window)
    implements KernelFamily {
  /** How a position is told. */
  public enum Position {
    /** A trained table, added to the token's row. */
    LEARNED,
    /** Queries and keys are turned by angles (Su et al. 2021, arXiv:2104.09864), base 10000. */
    ROTARY
  }

  /** The kind of norm; ε is 1e-5. */
  public enum Norm {
    /** Layer norm (Ba et al. 2016, arXiv:1607.06450). */
    LAYER,
    /** Root-mean-square norm (Zhang and Sennrich 2019, arXiv:1910.07467). */
    RMS
  }

  /** The MLP's nonlinearity. */
  public enum Activation {
    /** GELU in its tanh form, as GPT-2 has it. */
    GELU,
    /** The exact GELU. */
    GELU_ERF,
    /** A gated MLP (Shazeer 2020, arXiv:2002.05202). */
    SWIGLU
  }

  static final double DEVIATION = 0.02;

  /** Far beyond any model: a slip of the keyboard must not build a program for ever. */
  private static final int DEEPEST = 1_000;

  private static final int WIDEST = 100_000;

  private static final int LADDER_BASE = 16;
  private static final int LADDER_TOP = 256;
  private static final int LADDER_HEAD = 8;

  /** In the standard parametrization, without z-loss, and with full attention. */
  public Gpt(
      int depth,
      int width,
      int heads,
      Position position,
      Norm norm,
      Activation activation,
      boolean tiedHead,
      boolean qkNorm,
      boolean biases) {
    this(
        depth,
        width,
        heads,
        position,
        norm,
        activation,
        tiedHead,
        qkNorm,
        biases,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  public Gpt {
    require("depth", depth, DEEPEST);
    require("width", width, WIDEST);
    require("heads", heads, WIDEST);
    boolean even = position == Position.ROTARY;
    if (!fits(width, heads, even)) {
      List<Integer> fitting =
          IntStream.rangeClosed(1, width).filter(h -> fits(width, h, even)).boxed().toList();
      throw new IllegalArgumentException(
          width % heads == 0
              ? "heads of %d columns (width %d / heads %d) cannot be rotary, which needs an even number; "
                      .formatted(width / heads, width, heads)
                  + choice(width, fitting)
              : "width %d is not divisible by heads %d; ".formatted(width, heads)
                  + choice(width, fitting));
    }
    if (kvHeads.isPresent() && (kvHeads.getAsInt() < 1 || heads % kvHeads.getAsInt() != 0)) {
      throw new IllegalArgumentException(
          "kvHeads is %d, but heads of queries must share them evenly; kvHeads that fit %d heads: %s"
              .formatted(kvHeads.getAsInt(), heads, divisors(heads)));
    }
    if (kvHeads.isPresent() && kvHeads.getAsInt() == heads) {
      kvHeads = OptionalInt.empty();
    }
    if (window.isPresent() && window.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "window is " + window.getAsInt() + " but must be at least 1 position");
    }
    requireCoefficient("zLoss", zLoss);
  }

  static void requireCoefficient(String name, OptionalDouble given) {
    given.ifPresent(
        coefficient -> {
          if (!(coefficient > 0 && coefficient < 1)) {
            throw new IllegalArgumentException(
                name
                    + " is "
                    + coefficient
                    + " but must be above 0 and below 1; leave it out for none");
          }
        });
  }

  static void require(String name, int given, int most) {
    if (given < 1 || given > most) {
      throw new IllegalArgumentException(
          name + " is " + given + " but must be at least 1 and at most " + most);
    }
  }

  private static boolean fits(int width, int heads, boolean even) {
    return width % heads == 0 && (!even || width / heads % 2 == 0);
  }

  static String divisors(int number) {
    return String.join(
        ", ",
        IntStream.rangeClosed(1, number)
            .filter(n -> number % n == 0)
            .mapToObj(String::valueOf)
            .toList());
  }

  private static String choice(int width, List<Integer> fitting) {
    return fitting.isEmpty()
        ? "width must be even"
        : "heads that fit a width of %d: %s"
            .formatted(width, String.join(", ", fitting.stream().map(String::valueOf).toList()));
  }

  /** D/H, columns of a head. */
  public int headWidth() {
    return width / heads;
  }

  /**
   * F, columns that enter the MLP's second map: 4 D, and for SwiGLU, which has three maps instead
   * of two, 8/3 D rounded up to a multiple of 8, so that either has about 8 D² weights.
   */
  public int mlpWidth() {
    return activation == Activation.SWIGLU ? 8 * Math.ceilDiv(width, 3) : 4 * width;
  }

  /** Columns that the MLP's first map makes: F, or 2 F where half of them are a gate. */
  int mlpColumns() {
    return activation == Activation.SWIGLU ? 2 * mlpWidth() : mlpWidth();
  }

  /** Heads of keys, and of values. */
  int keyHeads() {
    return kvHeads.orElse(heads);
  }

  /** Columns of packed queries, keys and values: 3 D where each head has its own. */
  int qkvColumns() {
    return (heads + 2 * keyHeads()) * headWidth();
  }

  /** Gains of queries, and the one of keys. */
  int qkGains() {
    return heads / keyHeads() + 1;
  }

  /** m of muP, 1 without. */
  double widening() {
    return muP.map(by -> by.widening(width)).orElse(1.0);
  }

  /** What products of queries and keys are multiplied by. */
  double attentionScale() {
    return muP.isPresent() ? 1.0 / headWidth() : 1 / Math.sqrt(headWidth());
  }

  /** Two layers; heads of 8 columns at every width, two to each of keys where any share one. */
  @Override
  public List<KernelFamily> ladder() {
    return IntStream.iterate(LADDER_BASE, w -> w <= LADDER_TOP, w -> 4 * w)
        .<KernelFamily>mapToObj(
            w ->
                new Gpt(
                    2,
                    w,
                    w / LADDER_HEAD,
                    position,
                    norm,
                    activation,
                    tiedHead,
                    qkNorm,
                    biases,
                    muP.map(_ -> new MuP(LADDER_BASE)),
                    zLoss,
                    kvHeads.isPresent() ? OptionalInt.of(w / LADDER_HEAD / 2) : OptionalInt.empty(),
                    window))
        .toList();
  }

  /** Whether norms have biases. */
  boolean normBiases() {
    return biases && norm == Norm.LAYER;
  }

  @Override
  public Program program(int vocabulary, int batch, int context) {
    return new GptProgram(this, vocabulary, batch, context).build();
  }

  @Override
  public double[] initial(Tensor parameter, long seed) {
    String name = parameter.name();
    if (name.endsWith(".gain") || name.endsWith(".bias")) {
      return InitialValues.constant(parameter.size(), name.endsWith(".gain") ? 1 : 0);
    }
    boolean residual = name.endsWith(".projection.weight") || name.endsWith(".down.weight");
    double deviation = residual ? DEVIATION / Math.sqrt(2.0 * depth) : DEVIATION;
    boolean hidden = name.startsWith(GptProgram.BLOCK);
    return InitialValues.normal(
        name, seed, parameter.size(), hidden ? deviation / Math.sqrt(widening()) : deviation);
  }

  @Override
  public ParameterCount count(int vocabulary, int context) {
    long d = width;
    long table = vocabulary * d;
    long blockWeights = d * qkvColumns() + d * d + d * mlpColumns() + mlpWidth() * d;
    long blockBiases = biases ? qkvColumns() + d + mlpColumns() + d : 0;
    long norm = normBiases() ? 2 * d : d;
    long qkGains = qkNorm ? (long) qkGains() * headWidth() : 0;
    return new ParameterCount(
        table + (position == Position.LEARNED ? context * d : 0),
        depth * (blockWeights + blockBiases + 2 * norm + qkGains) + norm,
        tiedHead ? 0 : table,
        depth * blockWeights + table);
  }

  /**
   * 6 · {@link ParameterCount#matmul} + 12 · L · T · D, or with a window that is less than T, it.
   */
  @Override
  public double trainingFlopsPerToken(int vocabulary, int context) {
    return 6.0 * count(vocabulary, context).matmul()
        + 12.0 * depth * Math.min(context, window.orElse(context)) * width;
  }
}
