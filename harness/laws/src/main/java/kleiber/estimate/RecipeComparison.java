package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.FittedLaw;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;

/**
 * Which of two recipes is better, and whether it stays so at scale. Both laws are fitted again to
 * resamples. Where most runs of the one have a partner among those of the other, the laws are
 * fitted to the pairs and both are dealt the same resample, so that noise that partners share
 * cancels in every difference.
 *
 * <p>Comparison along the compute frontier with held-out error: Nezhurina et al. 2025
 * (arXiv:2506.04598); crossovers: Xiao 2024 (arXiv:2409.15156); compute-equivalent gain: Ho et al.
 * 2024 (arXiv:2403.05812).
 */
public final class RecipeComparison {
  /** Draws of the second recipe where its runs have no partners: other ones than of the first. */
  private static final long OTHER_SEED = 0x9E3779B97F4A7C15L;

  /** Runs of about a compute: within this factor of it. */
  private static final double NEAR = 1.5;

  private final Recipe a;
  private final Recipe b;
  private final Matching matching;
  private final Pair pair;

  private RecipeComparison(Recipe a, Recipe b, Matching matching, Pair pair) {
    this.a = a;
    this.b = b;
    this.matching = matching;
    this.pair = pair;
  }

  /**
   * Draws the resamples.
   *
   * @param draws of each law
   * @param seed of the draws
   * @throws IllegalArgumentException when the noise of a recipe cannot be measured
   */
  public static RecipeComparison of(Recipe a, Recipe b, int draws, long seed) {
    Matching matching = Matching.of(a.rows(), b.rows());
    boolean paired = matching.pays();
    // The same seed deals the same places of clusters, and partners stand in the same place.
    Recipe one = paired ? a.with(matching.rowsOfA()) : a;
    Recipe other = paired ? b.with(matching.rowsOfB()) : b;
    Pair pair =
        new Pair(
            resampled(one, draws, seed),
            one.path(),
            resampled(other, draws, paired ? seed : seed ^ OTHER_SEED),
            other.path());
    return new RecipeComparison(one, other, matching, pair);
  }

  private static BootstrappedLaw resampled(Recipe recipe, int draws, long seed) {
    return new Bootstrap(recipe.fitter(), draws, seed).run(recipe.fitted(), recipe.rows());
  }

  /**
   * Two runs of the same tokens and about the same size.
   *
   * @param flops of the first
   * @param lnRatio ln of the first recipe's loss over the second's
   */
  public record MeasuredPair(double flops, double lnRatio) {}

  /**
   * Both at one compute.
   *
   * @param lossOfA nats per token, by its law
   * @param lossOfB nats per token, by its law
   * @param lnRatio ln of the first over the second, with its interval: of the laws, without the
   *     noise of single runs
   * @param better share of the resamples in which the first is lower
   */
  public record Difference(
      double flops, double lossOfA, double lossOfB, Estimate lnRatio, double better) {}

  /**
   * An exponent that both laws have.
   *
   * @param difference the first's less the second's
   */
  public record Exponent(String name, double ofA, double ofB, Estimate difference) {
    /** Whether the interval of the difference lies on one side of zero. */
    public boolean differs() {
      return !difference.interval().holds(0);
    }
  }

  /** The first, by the runs that count: those with partners where differences are paired. */
  public Recipe a() {
    return a;
  }

  /** The second, likewise. */
  public Recipe b() {
    return b;
  }

  /** Whether differences are paired: runs that have no partner are left out then. */
  public boolean paired() {
    return matching.pays();
  }

  /** Runs of either recipe without a partner. */
  public int unpaired() {
    return matching.left();
  }

  /** What was measured, pair by pair, with no law in between; in the order of compute. */
  public List<MeasuredPair> measured() {
    List<MeasuredPair> pairs = new ArrayList<>();
    for (Matching.Two two : matching.pairs()) {
      for (int row = 0; row < two.a().size(); row++) {
        Observation of = two.a().get(row);
        double lnRatio = Math.log(of.loss() / two.b().get(row).loss());
        pairs.add(new MeasuredPair(of.at().flops(), lnRatio));
      }
    }
    pairs.sort((one, other) -> Double.compare(one.flops(), other.flops()));
    return pairs;
  }

  /**
   * The lowest loss that each reached, with no law in between.
   *
   * @param low FLOPs, the least that a run may have had
   * @param high FLOPs, the most
   */
  public record Lowest(double low, double high, double lossOfA, double lossOfB) {
    /** ln of the first over the second. */
    public double lnRatio() {
      return Math.log(lossOfA / lossOfB);
    }
  }

  /** The lowest losses of runs of about a compute; empty where only one was measured, or none. */
  public Optional<Lowest> lowestNear(double flops) {
    double low = flops / NEAR;
    double high = flops * NEAR;
    OptionalDouble ofA = a.lowest(low, high);
    OptionalDouble ofB = b.lowest(low, high);
    return ofA.isPresent() && ofB.isPresent()
        ? Optional.of(new Lowest(low, high, ofA.getAsDouble(), ofB.getAsDouble()))
        : Optional.empty();
  }

  /** The lowest compute at which both were measured. */
  public double low() {
    return Math.max(a.least(), b.least());
  }

  /** The highest compute at which both were measured. */
  public double high() {
    return Math.min(a.most(), b.most());
  }

  /** Both at a compute. */
  public Difference at(double flops, double confidence) {
    return at(pair, flops, confidence);
  }

  /** Each at a scale of its own, such as that of runs that were not fitted. */
  public Difference between(Scale ofA, Scale ofB, double confidence) {
    return at(new Pair(pair.a(), any -> ofA, pair.b(), any -> ofB), ofA.flops(), confidence);
  }

  private static Difference at(Pair pair, double flops, double confidence) {
    double[] draws = draws(pair, draw -> pair.difference(draw, flops));
    return new Difference(
        flops,
        pair.lossOfA(-1, flops),
        pair.lossOfB(-1, flops),
        estimate(pair, pair.difference(-1, flops), draws, confidence),
        below(draws));
  }

  /** Where they change places, looked for from the lowest compute measured up to a horizon. */
  public Crossover crossover(double horizon, double confidence) {
    return Crossover.of(pair, low(), high(), horizon, confidence);
  }

  /** How many times the compute the second recipe needs for the first's loss at a compute. */
  public Estimate gain(double flops, double confidence) {
    return ComputeEquivalentGain.of(pair, flops, confidence);
  }

  /** How that changes from one compute to a higher one, by the same resamples. */
  public ComputeEquivalentGain.Change gainChange(double low, double high, double confidence) {
    return ComputeEquivalentGain.change(pair, low, high, confidence);
  }

  /**
   * Every exponent of the law, when both have the same; for Chinchilla's also that of compute along
   * the frontier, αβ / (α + β).
   */
  public List<Exponent> exponents(double confidence) {
    FittedLaw first = a.fitted();
    if (!first.law().equals(b.fitted().law())) {
      return List.of();
    }
    List<Exponent> exponents = new ArrayList<>();
    List<Parameter> parameters = first.law().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      int index = i;
      if (parameters.get(i).unit().startsWith("exponent")) {
        exponents.add(exponent(parameters.get(i).name(), theta -> theta[index], confidence));
      }
    }
    if (first.law() instanceof Chinchilla) {
      exponents.add(
          exponent("compute", theta -> theta[2] * theta[4] / (theta[2] + theta[4]), confidence));
    }
    return exponents;
  }

  private interface OfTheta {
    double of(double[] theta);
  }

  private Exponent exponent(String name, OfTheta value, double confidence) {
    IntToDoubleFunction difference =
        draw -> value.of(Pair.theta(pair.a(), draw)) - value.of(Pair.theta(pair.b(), draw));
    double[] draws = draws(pair, difference);
    return new Exponent(
        name,
        value.of(a.fitted().theta()),
        value.of(b.fitted().theta()),
        estimate(pair, difference.applyAsDouble(-1), draws, confidence));
  }

  private static double[] draws(Pair pair, IntToDoubleFunction value) {
    return IntStream.range(0, pair.draws()).mapToDouble(value).toArray();
  }

  private static Estimate estimate(Pair pair, double value, double[] draws, double confidence) {
    return new Estimate(value, Draws.interval(value, draws, pair.degreesOfFreedom(), confidence));
  }

  /** Share below zero, a tie counting half. */
  private static double below(double[] draws) {
    double below = 0;
    for (double draw : draws) {
      below += draw < 0 ? 1 : draw == 0 ? 0.5 : 0;
    }
    return below / draws.length;
  }
}
