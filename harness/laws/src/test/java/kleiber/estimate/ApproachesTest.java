package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.logging.Logger;
import kleiber.fit.Bootstrap;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Observation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ways to the compute-optimal frontier, on losses of a known law. */
class ApproachesTest {
  private static final double CONFIDENCE = 0.9;
  private static final double NOISE = 0.004;
  private static final double FLOPS = 1e22;
  private static final LossNoise KNOWN = LossNoise.constant(NOISE);
  private static final LawFitter FITTER = new LawFitter(new LeastSquares());

  private static double optimum(double flops) {
    return MadeBudgets.LAW.optimum(flops, MadeBudgets.TRUTH).params();
  }

  @Test
  void approach2RecoversTheExponentAndShiftsTheConstant() {
    Allocation found =
        new Approach2(50, 1).estimate(MadeBudgets.isoFlops(6, 7, 1.4, 0, 1e-9, new Random(1)));
    assertEquals(MadeBudgets.A, found.a(CONFIDENCE).value(), 1e-6);
    assertEquals(1 - MadeBudgets.A, found.b(CONFIDENCE).value(), 1e-6);
    double shift = Parabola.shift(MadeBudgets.TRUTH[2], MadeBudgets.TRUTH[4], 1.4, 7, 0);
    assertEquals(shift, Math.log(found.params().at(FLOPS) / optimum(FLOPS)), 1e-5);
    assertEquals(List.of(), found.notes());
  }

  /** Grids that leave the optimum behind bias the exponent by what the closed form says. */
  @Test
  void driftingGridsBiasTheExponentOfApproach2() {
    double drift = 0.25;
    int budgets = 4;
    Allocation found =
        new Approach2(50, 1)
            .estimate(MadeBudgets.isoFlops(budgets, 7, 1.4, drift, 1e-9, new Random(1)));
    double[] flops = new double[budgets];
    double[] vertices = new double[budgets];
    for (int k = 0; k < budgets; k++) {
      flops[k] = 1e18 * Math.pow(4, k);
      double shift = Parabola.shift(MadeBudgets.TRUTH[2], MadeBudgets.TRUTH[4], 1.4, 7, drift * k);
      vertices[k] = optimum(flops[k]) * Math.exp(shift);
    }
    double expected = LogLinearLaw.fit(vertices, flops).exponent(0);
    assertEquals(expected, found.a(CONFIDENCE).value(), 1e-6);
    assertTrue(Math.abs(expected - MadeBudgets.A) > 2e-3, "bias " + (expected - MadeBudgets.A));
  }

  @Test
  void budgetsWithoutAnOptimumInsideAreLeftOutAndNamed() {
    List<IsoFlop> budgets = MadeBudgets.isoFlops(6, 7, 1, 0.25, 1e-6, new Random(1));
    Allocation found = new Approach2(50, 1).estimate(budgets);
    assertTrue(found.notes().size() >= 2, found.notes().toString());
    assertTrue(found.notes().get(0).startsWith("Left out: Budget of"), found.notes().get(0));
    Allocation akima = new AkimaIsoFlop(KNOWN, 50, 1).estimate(budgets);
    assertTrue(akima.notes().get(0).contains("lies at the edge"), akima.notes().toString());
    assertThrows(
        IllegalArgumentException.class, () -> new Approach2(50, 1).estimate(budgets.subList(0, 2)));
  }

  @Test
  void approach1FollowsTheEnvelope() {
    Allocation found =
        new Approach1(300, 100, 1).estimate(MadeBudgets.curves(25, 0, new Random(1)));
    assertEquals(MadeBudgets.A, found.a(CONFIDENCE).value(), 0.02);
    assertEquals(1 - MadeBudgets.A, found.b(CONFIDENCE).value(), 0.02);
    assertEquals(1, found.params().at(3e20) / optimum(3e20), 0.1);
    assertTrue(found.notes().get(0).contains("sizes are on the envelope"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Approach1(300, 100, 1).estimate(MadeBudgets.curves(3, 0, new Random(1))));
  }

  @Test
  void approach3ReadsTheFrontierOffTheLaw() {
    List<Observation> rows =
        MadeBudgets.rows(MadeBudgets.isoFlops(5, 5, 1.4, 0, 1e-7, new Random(1)));
    Allocation found = new Approach3(new Bootstrap(FITTER, 20, 1)).estimate(rows);
    assertEquals(MadeBudgets.A, found.a(CONFIDENCE).value(), 1e-4);
    assertEquals(1, found.params().at(FLOPS) / optimum(FLOPS), 1e-3);
    double tokens = MadeBudgets.LAW.optimum(FLOPS, MadeBudgets.TRUTH).tokens();
    assertEquals(1, found.tokens().at(FLOPS) / tokens, 1e-3);
  }

  @Test
  void intervalsHoldTheTruth() {
    coverage(200, 40);
  }

  @Tag("slow")
  @Test
  void intervalsHoldTheTruthInManySets() {
    coverage(1600, 100);
    envelopeCoverage(1000, 100);
  }

  private static void coverage(int sets, int draws) {
    Held two = new Held("Approach 2, a");
    Held optimum = new Held("Approach 2, ln N* at 1e22 but for its shift");
    Held three = new Held("Approach 3, a");
    Held akima = new Held("Akima, a");
    double shift = Parabola.shift(MadeBudgets.TRUTH[2], MadeBudgets.TRUTH[4], 1.4, 7, 0);
    for (int set = 0; set < sets; set++) {
      List<IsoFlop> budgets = MadeBudgets.isoFlops(5, 7, 1.4, 0, NOISE, new Random(set));
      Allocation parabolas = new Approach2(draws, set).estimate(budgets);
      two.count(parabolas.a(CONFIDENCE), MadeBudgets.A);
      optimum.count(parabolas.params().at(FLOPS, CONFIDENCE), optimum(FLOPS) * Math.exp(shift));
      akima.count(
          new AkimaIsoFlop(KNOWN, draws, set).estimate(budgets).a(CONFIDENCE), MadeBudgets.A);
      if (set % 8 == 0) {
        Bootstrap bootstrap = new Bootstrap(FITTER, draws, set);
        three.count(
            new Approach3(bootstrap).estimate(MadeBudgets.rows(budgets)).a(CONFIDENCE),
            MadeBudgets.A);
      }
    }
    two.isAboutRight(0.04);
    optimum.isAboutRight(0.04);
    three.isAboutRight(0.04);
    akima.isBetween(0.85, 0.99);
  }

  /** Clusters left out make the envelope coarser: its interval errs on the wide side. */
  @Test
  void theEnvelopesIntervalIsNotTooNarrow() {
    envelopeCoverage(200, 40);
  }

  private static void envelopeCoverage(int sets, int draws) {
    Held one = new Held("Approach 1, a");
    for (int set = 0; set < sets; set++) {
      List<Observation> rows = MadeBudgets.curves(20, NOISE, new Random(set));
      one.count(new Approach1(100, draws, set).estimate(rows).a(CONFIDENCE), MadeBudgets.A);
    }
    one.isBetween(0.85, 1);
  }

  /** A vertex is as uncertain as one over the square of the grid's width. */
  @Test
  void approach2NeedsWideGrids() {
    double[] wide = widths(Math.log(4));
    double[] narrow = widths(Math.log(2));
    String found =
        String.format(
            "mean width of a 90 %% interval of a, grids x/4 and x/2: Approach 2 %.4f and %.4f,"
                + " Approach 3 %.4f and %.4f",
            wide[0], narrow[0], wide[1], narrow[1]);
    Logger.getLogger("coverage").info(found);
    assertTrue(narrow[0] > 1.8 * wide[0], found);
  }

  private static double[] widths(double halfWidth) {
    double[] widths = new double[2];
    int sets = 8;
    for (int set = 0; set < sets; set++) {
      List<IsoFlop> budgets = MadeBudgets.isoFlops(5, 9, halfWidth, 0, NOISE / 2, new Random(set));
      Bootstrap bootstrap = new Bootstrap(FITTER, 50, set);
      widths[0] += width(new Approach2(50, set).estimate(budgets)) / sets;
      widths[1] += width(new Approach3(bootstrap).estimate(MadeBudgets.rows(budgets))) / sets;
    }
    return widths;
  }

  private static double width(Allocation allocation) {
    return allocation.a(CONFIDENCE).interval().high() - allocation.a(CONFIDENCE).interval().low();
  }
}
