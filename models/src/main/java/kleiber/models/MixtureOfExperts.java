package kleiber.models;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import kleiber.engine.Program;
import kleiber.engine.Tensor;

/**
 * A {@link Gpt} in whose blocks E experts take the place of the MLP, of which each token passes K:
 * a router, linear and without bias, gives each expert a logit, and the K largest choose (of equal
 * ones those of lower index). What an expert makes is weighted by its gate: its share of the
 * router's softmax, from two chosen on divided by the shares of all chosen (Lepikhin et al. 2020,
 * arXiv:2006.16668, algorithm 1; Jiang et al. 2024, arXiv:2401.04088, section 2.1). With K = 1 that
 * would always be 1 and no loss would reach the router, so the share stays as it is (Fedus et al.
 * 2021, arXiv:2101.03961, eq. 2). No token is dropped, however many choose an expert.
 *
 * <p>Initial weights are those of a Gpt, the router's of deviation 0.02. In muP the router is a
 * head: its initial values and its learning rate are as without, its logits are multiplied by 1/m.
 * Muon takes each expert's matrices, and the router's, for themselves. With one expert it is the
 * Gpt and a router that never learns.
 *
 * @param depth as in {@link Gpt}, as all others up to {@code window}
 * @param experts E
 * @param topK K, experts that a token passes
 * @param granularity into how many experts one of the usual size is cut, so that with K = G a token
 *     passes as many weights as in a Gpt (Krajewski et al. 2024, arXiv:2402.07871, section 3);
 *     empty for 1
 * @param every blocks from one with experts to the next, the last of so many having them (every
 *     other one in Lepikhin et al. 2020); empty for all
 * @param balance coefficient of the balancing loss beside the training loss, summed over blocks: E
 *     Σ_e f_e p_e, where f_e is the share of a sequence's choices that expert e has and p_e its
 *     mean probability, 1 when both are even (Fedus et al. 2021, eq. 4, over a sequence instead of
 *     a batch, so that no sequence depends on its neighbours); empty for none. Losses that are told
 *     never have it
 * @param routerZLoss coefficient of the squared logarithm of the router's sum, likewise (Zoph et
 *     al. 2022, arXiv:2202.08906, eq. 5); empty for none
 */
public record MixtureOfExperts(
    int depth,
    int width,
    int heads,
    Gpt.Position position,
    Gpt.Norm norm,
    Gpt.Activation activation,
    boolean tiedHead,
    boolean qkNorm,
    boolean biases,
    Optional<MuP> muP,
    OptionalDouble zLoss,
    OptionalInt kvHeads,
    OptionalInt window,
    int experts,
    int topK,
    OptionalInt granularity,
    OptionalInt every,
    OptionalDouble balance,
    OptionalDouble routerZLoss)
    implements KernelFamily {
  /** Far beyond any mixture: a slip of the keyboard must not build a program for ever. */
  private static final int MOST_EXPERTS = 4096;

  public MixtureOfExperts {
    Gpt.require("experts", experts, MOST_EXPERTS);
    if (topK < 1 || topK > experts) {
      throw new IllegalArgumentException(
          "topK is %d but a token passes at least 1 of the experts, and at most all %d"
              .formatted(topK, experts));
    }
    Gpt dense =
        new Gpt(
            depth,
            width,
            heads,
            position,
            norm,
            activation,
            tiedHead,
            qkNorm,
            biases,
            muP,
            zLoss,
            kvHeads,
            window);
    kvHeads = dense.kvHeads();
    if (granularity.isPresent()
        && (granularity.getAsInt() < 1 || dense.mlpWidth() % granularity.getAsInt() != 0)) {
      throw new IllegalArgumentException(
          "granularity is %d, but experts of the usual %d columns must be cut evenly; granularities that fit: %s"
              .formatted(granularity.getAsInt(), dense.mlpWidth(), Gpt.divisors(dense.mlpWidth())));
    }
    if (every.isPresent() && (every.getAsInt() < 1 || every.getAsInt() > depth)) {
      throw new IllegalArgumentException(
          "every is %d, but to have experts in one block of so many it must be at least 1 and at most the depth, %d"
              .formatted(every.getAsInt(), depth));
    }
    granularity = granularity.equals(OptionalInt.of(1)) ? OptionalInt.empty() : granularity;
    every = every.equals(OptionalInt.of(1)) ? OptionalInt.empty() : every;
    Gpt.requireCoefficient("balance", balance);
    Gpt.requireCoefficient("routerZLoss", routerZLoss);
  }

  /** With experts in the place of a Gpt's MLPs. */
  public MixtureOfExperts(
      Gpt dense,
      int experts,
      int topK,
      OptionalInt granularity,
      OptionalInt every,
      OptionalDouble balance,
      OptionalDouble routerZLoss) {
    this(
        dense.depth(),
        dense.width(),
        dense.heads(),
        dense.position(),
        dense.norm(),
        dense.activation(),
        dense.tiedHead(),
        dense.qkNorm(),
        dense.biases(),
        dense.muP(),
        dense.zLoss(),
        dense.kvHeads(),
        dense.window(),
        experts,
        topK,
        granularity,
        every,
        balance,
        routerZLoss);
  }

  /** The Gpt whose MLPs the experts replace. */
  public Gpt dense() {
    return new Gpt(
        depth,
        width,
        heads,
        position,
        norm,
        activation,
        tiedHead,
        qkNorm,
        biases,
        muP,
        zLoss,
        kvHeads,
        window);
  }

  /** G, on which the law of Krajewski et al. lies. */
  @Override
  public Map<String, Double> axes() {
    return Map.of("granularity", (double) granularity.orElse(1));
  }

  /** Whether a block, counted from 0, has experts. */
  boolean hasExperts(int block) {
    return (block + 1) % every.orElse(1) == 0;
  }

  /** Columns that enter an expert's second map. */
  public int expertWidth() {
    return dense().mlpWidth() / granularity.orElse(1);
  }

  /** Columns that an expert's first map makes. */
  int expertColumns() {
    return dense().mlpColumns() / granularity.orElse(1);
  }

  /** Those of the Gpt, with experts of the usual size in every block. */
  @Override
  public List<KernelFamily> ladder() {
    OptionalInt usual = OptionalInt.empty();
    return dense().ladder().stream()
        .<KernelFamily>map(
            rung ->
                new MixtureOfExperts((Gpt) rung, experts, topK, usual, usual, balance, routerZLoss))
        .toList();
  }

  @Override
  public Program program(int vocabulary, int batch, int context) {
    return new MixtureProgram(this, vocabulary, batch, context).build();
  }

  @Override
  public double[] initial(Tensor parameter, long seed) {
    String name = parameter.name();
    return name.endsWith(MixtureProgram.ROUTER)
        ? InitialValues.normal(name, seed, parameter.size(), Gpt.DEVIATION)
        : dense().initial(parameter, seed);
  }

  /**
   * Weights that a token passes enter matrix products; those of the experts it does not are idle.
   */
  @Override
  public ParameterCount count(int vocabulary, int context) {
    ParameterCount dense = dense().count(vocabulary, context);
    long blocks = depth / every.orElse(1);
    long mlpWeights = (long) width * (dense().mlpColumns() + dense().mlpWidth());
    long mlpBiases = biases ? dense().mlpColumns() + width : 0;
    long weights = (long) width * (expertColumns() + expertWidth());
    long expert = weights + (biases ? expertColumns() + width : 0);
    long router = (long) width * experts;
    return new ParameterCount(
        dense.embedding(),
        dense.hidden() + blocks * (router + experts * expert - mlpWeights - mlpBiases),
        dense.output(),
        dense.matmul() + blocks * (router + topK * weights - mlpWeights),
        OptionalLong.of(blocks * (experts - topK) * expert));
  }

  /**
   * That of a {@link Gpt}, 6 · {@link ParameterCount#matmul} + 12 · L · T · D, where of the experts
   * only those that a token passes, and the router, count among the products.
   */
  @Override
  public double trainingFlopsPerToken(int vocabulary, int context) {
    Gpt dense = dense();
    double others = dense.trainingFlopsPerToken(vocabulary, context);
    long more = count(vocabulary, context).matmul() - dense.count(vocabulary, context).matmul();
    return others + 6.0 * more;
  }
}
