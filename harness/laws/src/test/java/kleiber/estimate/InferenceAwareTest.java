package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kleiber.fit.Bootstrap;
import kleiber.fit.BootstrappedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** The best model to serve, against formulas where there are some and brute force where not. */
class InferenceAwareTest {
  private static final Chinchilla LAW = new Chinchilla();

  /** As Besiroglu et al. 2024 fit it again. */
  private static final double[] THETA = {1.8172, 482.01, 0.3478, 2085.43, 0.3658};

  private static InferenceAware serving(double tokens) {
    return new InferenceAware(LAW, Scale::of, tokens);
  }

  @Test
  void withNothingServedItIsTheComputeOptimum() {
    for (double flops : new double[] {1e18, 1e21, 1e24}) {
      Chinchilla.Optimum optimum = LAW.optimum(flops, THETA);
      ServingPlan byFlops = serving(0).forFlops(THETA, flops).orElseThrow();
      assertEquals(optimum.params(), byFlops.params(), 1e-4 * optimum.params());
      ServingPlan byLoss = serving(0).forLoss(THETA, byFlops.loss()).orElseThrow();
      assertEquals(flops, byLoss.flops(), 1e-6 * flops);
      assertEquals(byFlops.loss(), byLoss.loss(), 1e-9);
      assertEquals(0, byLoss.serving());
    }
  }

  /** Every pair of a fine grid that reaches the loss: none is cheaper, and the best is as cheap. */
  @Test
  void noPairOfAGridIsCheaper() {
    double served = 2e12;
    double loss = 2.1;
    ServingPlan best = serving(served).forLoss(THETA, loss).orElseThrow();
    double cheapest = Double.POSITIVE_INFINITY;
    for (double lnN = Math.log(1e8); lnN < Math.log(1e12); lnN += 0.01) {
      for (double lnD = Math.log(1e9); lnD < Math.log(1e14); lnD += 0.01) {
        double n = Math.exp(lnN);
        double d = Math.exp(lnD);
        double cost = 6 * n * d + 2 * n * served;
        if (cost < cheapest && LAW.loss(Scale.of(n, d), THETA) <= loss) {
          cheapest = cost;
        }
      }
    }
    assertTrue(best.flops() <= cheapest, best + " costs more than " + cheapest);
    assertEquals(cheapest, best.flops(), 0.02 * cheapest);
    assertEquals(loss, best.loss(), 1e-9);
    assertEquals(2 * best.params() * served, best.serving(), 1e-6 * best.serving());
  }

  @Test
  void aModelThatServesMuchIsSmallerAndTrainedForLonger() {
    ServingPlan none = serving(0).forLoss(THETA, 2.1).orElseThrow();
    ServingPlan much = serving(1e13).forLoss(THETA, 2.1).orElseThrow();
    assertTrue(much.params() < none.params() && much.tokens() > none.tokens(), much.toString());
    assertTrue(much.training() > none.training(), "what serving saves is paid in training");
    double trained = none.training() + 2 * none.params() * 1e13;
    assertTrue(much.flops() < trained, "it does not pay");
  }

  @Test
  void theTwoQuestionsAreOne() {
    double served = 5e11;
    ServingPlan byLoss = serving(served).forLoss(THETA, 2.3).orElseThrow();
    ServingPlan byFlops = serving(served).forFlops(THETA, byLoss.flops()).orElseThrow();
    assertEquals(2.3, byFlops.loss(), 1e-9);
    assertEquals(byLoss.params(), byFlops.params(), 1e-3 * byLoss.params());
  }

  @Test
  void whatCannotBeReachedHasNoPlan() {
    assertTrue(serving(0).forLoss(THETA, 1.8).isEmpty(), "below the floor");
    assertTrue(serving(1e30).forFlops(THETA, 1e18).isEmpty(), "serving takes all");
    assertThrows(IllegalArgumentException.class, () -> serving(-1));
  }

  /** Made data of a known law: the interval of the cost is to hold the true cost. */
  @Test
  void intervalsHoldTheTruth() {
    double served = 1e12;
    double truth = serving(served).forLoss(THETA, 2.4).orElseThrow().flops();
    Held cost = new Held("least cost of a loss");
    LawFitter fitter = new LawFitter(new LeastSquares());
    for (int set = 0; set < 30; set++) {
      Random random = new Random(set);
      List<Observation> rows = new ArrayList<>();
      for (double params : new double[] {5e7, 1e8, 2e8, 4e8, 8e8}) {
        for (double ratio : new double[] {5, 10, 20, 40, 80}) {
          Scale at = Scale.of(params, ratio * params);
          String run = params + "-" + ratio;
          double loss = LAW.loss(at, THETA) * Math.exp(0.002 * random.nextGaussian());
          rows.add(new Observation(run, run, "made", 0, at, null, loss, Double.NaN));
        }
      }
      BootstrappedLaw law = new Bootstrap(fitter, 40, set).run(fitter.fit(LAW, rows), rows);
      InferenceAware.Answer answer =
          InferenceAware.answer(law, theta -> serving(served).forLoss(theta, 2.4), 0.9)
              .orElseThrow();
      cost.count(answer.flops(), truth);
    }
    cost.isBetween(0.8, 0.99);
  }
}
