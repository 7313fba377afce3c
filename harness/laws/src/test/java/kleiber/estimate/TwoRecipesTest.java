package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Crossings and compute-equivalent gains of two recipes whose laws are known. */
class TwoRecipesTest {
  private static final double LOW = 1e15;
  private static final double HIGH = 1e18;
  private static final ComputePath PATH = ComputePath.tokensPerParameter(20);
  private static final double[] OLD = {1.5, 100, 0.12};

  /** The same law at a third of the compute. */
  private static final double[] BETTER = {OLD[0], OLD[1] * Math.pow(3, -OLD[2]), OLD[2]};

  /** Worse on little compute, better on much; crosses {@link #OLD} at 3e16 or so. */
  private static final double[] STEEP = {1.5, 100 * Math.pow(3e16, 0.03), 0.15};

  private static BootstrappedLaw law(double[] theta, double noise, int draws, int seed) {
    Random random = new Random(seed);
    List<Observation> rows = new ArrayList<>();
    PowerLaw law = new PowerLaw();
    for (int i = 0; i < 12; i++) {
      Scale at = PATH.at(LOW * Math.pow(HIGH / LOW, i / 11.0));
      double loss = law.loss(at, theta) * Math.exp(noise * random.nextGaussian());
      String run = "run-" + i;
      rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
    }
    LawFitter fitter = new LawFitter(new LeastSquares());
    return new Bootstrap(fitter, draws, seed).run(fitter.fit(law, rows), rows);
  }

  @Test
  void crossingsAreFoundInsideBeyondAndNowhere() {
    BootstrappedLaw old = law(OLD, 1e-6, 20, 1);
    BootstrappedLaw steep = law(STEEP, 1e-6, 20, 2);
    Crossover inside = Crossover.of(old, steep, PATH, LOW, HIGH, 1e21, 0.9);
    assertEquals(Crossover.Verdict.INSIDE, inside.verdict(), inside::toString);
    assertEquals(1, inside.flops() / 3e16, 1e-3);
    assertEquals(1, inside.share());
    assertEquals(0, inside.betterAtTop());
    assertTrue(inside.aLeads());
    Crossover beyond = Crossover.of(old, steep, PATH, LOW, 1e16, 1e21, 0.9);
    assertEquals(Crossover.Verdict.BEYOND, beyond.verdict());
    assertEquals(inside.flops(), beyond.flops(), 1e-3 * inside.flops());
    Crossover none = Crossover.of(law(BETTER, 1e-6, 20, 1), old, PATH, LOW, HIGH, HIGH, 0.9);
    assertEquals(Crossover.Verdict.NONE, none.verdict());
    assertTrue(Double.isInfinite(none.interval().low()), none.toString());
    assertThrows(
        IllegalArgumentException.class, () -> Crossover.of(old, steep, PATH, HIGH, LOW, 1e21, 0.9));
    BootstrappedLaw fewer = law(OLD, 1e-6, 25, 1);
    assertThrows(
        IllegalArgumentException.class, () -> Crossover.of(old, fewer, PATH, LOW, HIGH, 1e21, 0.9));
  }

  @Test
  void aThirdOfTheComputeIsAGainOfThree() {
    Estimate gain =
        ComputeEquivalentGain.of(law(BETTER, 1e-6, 20, 1), law(OLD, 1e-6, 20, 2), PATH, 1e17, 0.9);
    assertEquals(3, gain.value(), 1e-3);
    double[] lowerFloor = {1.2, 100, 0.12};
    Estimate never =
        ComputeEquivalentGain.of(
            law(lowerFloor, 1e-6, 20, 1), law(OLD, 1e-6, 20, 2), PATH, 1e24, 0.9);
    assertTrue(Double.isInfinite(never.value()));
  }

  /** One resample in four never gets there: the low end is stretched for few degrees of freedom. */
  @Test
  void aGainThatSomeResamplesLackIsStretchedToo() {
    BootstrappedLaw better = law(BETTER, 0.003, 40, 1);
    double[][] thetas = better.thetas().clone();
    for (int draw = 0; draw < 10; draw++) {
      thetas[draw] = new double[] {1, 50, 0.12};
    }
    BootstrappedLaw known = law(OLD, 1e-6, 40, 2);
    BootstrappedLaw old = with(known, known.thetas(), Double.POSITIVE_INFINITY);
    Estimate few = ComputeEquivalentGain.of(with(better, thetas, 2), old, PATH, 1e17, 0.9);
    Interval many =
        ComputeEquivalentGain.of(
                with(better, thetas, Double.POSITIVE_INFINITY), old, PATH, 1e17, 0.9)
            .interval();
    assertEquals(Double.POSITIVE_INFINITY, many.high());
    assertEquals(Double.POSITIVE_INFINITY, few.interval().high());
    // Student's t of two degrees of freedom over the normal distribution: 2.91999 / 1.64485.
    assertEquals(
        2.91999 / 1.64485 * Math.log(many.low() / few.value()),
        Math.log(few.interval().low() / few.value()),
        1e-5);
  }

  private static BootstrappedLaw with(BootstrappedLaw law, double[][] thetas, double freedom) {
    return new BootstrappedLaw(
        law.fitted(),
        law.fitter(),
        law.observations(),
        thetas,
        law.noise(),
        freedom,
        law.resampling());
  }

  /** The gain of STEEP over OLD is (C / 3e16)^(1/4): over three decades it grows by 1000^(1/4). */
  @Test
  void theChangeOfAGainIsThatOfItsEnds() {
    Pair pair = new Pair(law(STEEP, 1e-6, 20, 1), PATH, law(OLD, 1e-6, 20, 2), PATH);
    ComputeEquivalentGain.Change grows = ComputeEquivalentGain.change(pair, LOW, HIGH, 0.9);
    assertEquals(Math.pow(1000, 0.25), grows.factor().value(), 1e-2);
    assertEquals(0, grows.falls());
    Pair turned = new Pair(pair.b(), PATH, pair.a(), PATH);
    assertEquals(1, ComputeEquivalentGain.change(turned, LOW, HIGH, 0.9).falls());
    double[] lowerFloor = {1.2, 100, 0.12};
    Pair never = new Pair(law(lowerFloor, 1e-6, 20, 1), PATH, law(OLD, 1e-6, 20, 2), PATH);
    ComputeEquivalentGain.Change any = ComputeEquivalentGain.change(never, 1e24, 1e25, 0.9);
    assertTrue(Double.isNaN(any.factor().value()), any.toString());
    assertEquals(0, any.factor().interval().low());
    assertEquals(Double.POSITIVE_INFINITY, any.factor().interval().high());
    assertEquals(0.5, any.falls());
    // Reached at little compute, never at much: in every resample, and yet nothing is claimed.
    ComputeEquivalentGain.Change endless = ComputeEquivalentGain.change(never, 1e15, 1e24, 0.9);
    assertEquals(Double.POSITIVE_INFINITY, endless.factor().value());
    assertEquals(0, endless.falls());
    assertTrue(endless.factor().interval().holds(1), endless::toString);
  }

  @Test
  void pathsKeepTheirCompute() {
    Scale at = PATH.at(1e17);
    assertEquals(1e17, 6 * at.params() * at.tokens(), 1e7);
    assertEquals(20, at.tokens() / at.params(), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> ComputePath.tokensPerParameter(0));
    assertEquals(Map.of(), at.extra());
  }

  @Test
  void intervalsHoldTheTruth() {
    coverage(200, 40);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruthInAThousandSets() {
    coverage(1000, 100);
  }

  private static void coverage(int sets, int draws) {
    Held crossing = new Held("crossing");
    Held gain = new Held("compute-equivalent gain");
    Held change = new Held("change of the gain");
    for (int set = 0; set < sets; set++) {
      BootstrappedLaw old = law(OLD, 0.003, draws, 3 * set);
      Crossover found =
          Crossover.of(old, law(STEEP, 0.003, draws, 3 * set + 1), PATH, LOW, HIGH, 1e21, 0.9);
      crossing.count(found.interval(), found.flops(), 3e16);
      Pair pair = new Pair(law(STEEP, 0.003, draws, 3 * set + 1), PATH, old, PATH);
      Estimate factor = ComputeEquivalentGain.change(pair, LOW, HIGH, 0.9).factor();
      change.count(factor.interval(), factor.value(), Math.pow(1000, 0.25));
      gain.count(
          ComputeEquivalentGain.of(law(BETTER, 0.003, draws, 3 * set + 2), old, PATH, 1e17, 0.9),
          3);
    }
    crossing.isAboutRight(0.05);
    gain.isAboutRight(0.05);
    change.isAboutRight(0.05);
  }
}
