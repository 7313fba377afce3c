package kleiber.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import kleiber.fit.Bootstrap.Resampling;
import kleiber.laws.Chinchilla;
import kleiber.laws.MadeLosses;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often a 90 % interval holds: of the parameters, and of the loss of a new run at 10 and 100
 * times the compute of the largest of twenty runs.
 */
class CoverageTest {
  private static final double[] TRUTH = {0.9, 60, 0.4, 141, 0.35};
  private static final double CONFIDENCE = 0.9;
  private static final long SEED = 90;
  private static final double[] TIMES = {10, 100};
  private static final List<String> WHAT =
      List.of("E", "A", "alpha", "B", "beta", "loss at 10x", "loss at 100x");

  /** Chance that a right interval fails the test. */
  private static final double FALSE_ALARM = 1e-3;

  private final Chinchilla law = new Chinchilla();

  /** Shares of intervals that held, and median widths over values, of the parameters and losses. */
  private record Coverage(double[] held, double[] width) {
    /** Without the parameters, which a wrong law has no true values of. */
    Coverage predictions() {
      double[] losses = held.clone();
      Arrays.fill(losses, 0, TRUTH.length, Double.NaN);
      return new Coverage(losses, width);
    }

    void print(PrintStream out, String title) {
      out.println(title);
      for (int i = Double.isNaN(held[0]) ? TRUTH.length : 0; i < held.length; i++) {
        out.printf(
            Locale.ROOT,
            "  %-12s held %5.1f %%, median width %6.2f %%%n",
            WHAT.get(i),
            100 * held[i],
            100 * width[i]);
      }
    }
  }

  /** Losses of a grid and of new runs. */
  private interface World {
    List<Observation> grid(Random random);

    double measured(Scale at, Random random);
  }

  private World world(ToDoubleFunction<Scale> loss, ToDoubleFunction<Scale> noise) {
    return new World() {
      @Override
      public List<Observation> grid(Random random) {
        List<Observation> rows = new ArrayList<>();
        for (Observation row : MadeLosses.grid(law, TRUTH, 0, random)) {
          double measured = measured(row.at(), random);
          rows.add(
              new Observation(
                  row.run(), row.cluster(), "made", 0, row.at(), null, measured, Double.NaN));
        }
        return rows;
      }

      @Override
      public double measured(Scale at, Random random) {
        return loss.applyAsDouble(at) * Math.exp(noise.applyAsDouble(at) * random.nextGaussian());
      }
    };
  }

  private double truth(Scale at) {
    return law.loss(at, TRUTH);
  }

  private Coverage measure(
      Objective objective, World world, Resampling resampling, int sets, int draws) {
    LawFitter fitter = new LawFitter(objective);
    double[] held = new double[WHAT.size()];
    double[][] width = new double[WHAT.size()][sets];
    for (int set = 0; set < sets; set++) {
      Random random = new Random(SEED + 7919L * set);
      List<Observation> rows = world.grid(random);
      FittedLaw fitted = fitter.fit(law, rows);
      BootstrappedLaw bootstrapped =
          new Bootstrap(fitter, draws, set).run(fitted, rows, resampling);
      for (int i = 0; i < held.length; i++) {
        boolean parameter = i < TRUTH.length;
        Scale at = parameter ? null : MadeLosses.beyond(TIMES[i - TRUTH.length]);
        double value = parameter ? TRUTH[i] : world.measured(at, random);
        Interval interval =
            parameter
                ? bootstrapped.parameter(i, CONFIDENCE)
                : bootstrapped.prediction(at, CONFIDENCE);
        held[i] += interval.holds(value) ? 1.0 / sets : 0;
        width[i][set] = (interval.high() - interval.low()) / value;
      }
    }
    return new Coverage(
        held,
        Arrays.stream(width)
            .mapToDouble(w -> Arrays.stream(w).sorted().toArray()[sets / 2])
            .toArray());
  }

  private static void assertHolds(Coverage coverage, double least, double most, int sets) {
    int fewest =
        new BinomialDistribution(sets, least).inverseCumulativeProbability(FALSE_ALARM / 2);
    int many =
        new BinomialDistribution(sets, most).inverseCumulativeProbability(1 - FALSE_ALARM / 2);
    for (int i = 0; i < coverage.held.length; i++) {
      long held = Math.round(coverage.held[i] * sets);
      assertTrue(
          held >= fewest && held <= many,
          WHAT.get(i)
              + ": "
              + held
              + " of "
              + sets
              + " held, expected "
              + fewest
              + " to "
              + many
              + "; seed "
              + SEED);
    }
  }

  @Test
  void holdsAsOftenAsItSays() {
    int sets = 100;
    Coverage coverage =
        measure(new Huber(1e-3), world(this::truth, at -> 2e-3), Resampling.RESIDUALS, sets, 60);
    assertHolds(coverage, 0.88, 0.92, sets);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.003})
  void holdsInTwoThousandSets(double noise) {
    int sets = 2000;
    World world = world(this::truth, at -> noise);
    for (Objective objective : List.of(new Huber(1e-3), new LeastSquares())) {
      Coverage coverage = measure(objective, world, Resampling.RESIDUALS, sets, 200);
      coverage.print(System.out, objective.describe() + ", noise " + noise);
      assertHolds(coverage, 0.88, 0.92, sets);
    }
  }

  /** What the intervals suppose and what happens when it is not so: printed, held to nothing. */
  @Tag("slow")
  @Test
  void printsWhatHappensWhenAssumptionsFail() {
    int sets = 1000;
    Objective huber = new Huber(1e-3);
    double middle = Scale.of(1.2e5, 5e6).flops();
    World wrongLaw = world(CoverageTest::farseer, at -> 3e-3);
    World uneven = world(this::truth, at -> 3e-3 * Math.pow(at.flops() / middle, -0.25));
    World right = world(this::truth, at -> 3e-3);
    for (Resampling resampling : Resampling.values()) {
      if (resampling != Resampling.CELLS && resampling != Resampling.ROWS) {
        measure(huber, right, resampling, sets, 100)
            .print(System.out, "right law, even noise, " + resampling);
        measure(huber, uneven, resampling, sets, 100)
            .print(System.out, "noise falls with compute, " + resampling);
        measure(huber, wrongLaw, resampling, sets, 100)
            .predictions()
            .print(System.out, "truth Farseer, fit Chinchilla, " + resampling);
      }
    }
    measure(huber, branches(), Resampling.RESIDUALS, sets, 100)
        .print(System.out, "three rows a run that share their noise, by run");
    measure(huber, branches(), Resampling.ROWS, sets, 100)
        .print(System.out, "three rows a run that share their noise, by row");
  }

  /** Farseer's form (Li et al. 2025, eq. 5) with losses such as the grid's. */
  private static double farseer(Scale at) {
    double exponent = Math.exp(-3.55 * Math.pow(at.params(), -0.2) - 0.822);
    double amplitude = Math.exp(-11.9 * Math.pow(at.params(), -0.2) + 5.57);
    return Math.exp(7 * Math.pow(at.params(), -0.3) + 0.269)
        + amplitude * Math.pow(at.tokens(), -exponent);
  }

  /** Runs measured three times on the way, with most of the noise shared. */
  private World branches() {
    World single = world(this::truth, at -> 0);
    return new World() {
      @Override
      public List<Observation> grid(Random random) {
        List<Observation> rows = new ArrayList<>();
        for (Observation run : single.grid(random)) {
          double shared = 3e-3 * random.nextGaussian();
          for (double part : new double[] {0.5, 0.7, 1}) {
            Scale at = Scale.of(run.at().params(), part * run.at().tokens());
            double noise = shared + 5e-4 * random.nextGaussian();
            rows.add(
                new Observation(
                    run.run(),
                    run.run(),
                    "made",
                    0,
                    at,
                    null,
                    truth(at) * Math.exp(noise),
                    Double.NaN));
          }
        }
        return rows;
      }

      @Override
      public double measured(Scale at, Random random) {
        return truth(at) * Math.exp(3e-3 * random.nextGaussian());
      }
    };
  }
}
