package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kleiber.design.Candidates;
import kleiber.design.Choice;
import kleiber.design.SequentialDesign;
import kleiber.design.UsualConstants;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquares;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.observe.ForeignTable;

/**
 * Grids of equal cost on real losses: from a random part of the 404 runs of Farseer (Li et al.
 * 2025), each way of choosing takes runs for a budget of FLOPs; a law is fitted to them and asked
 * for the study's seven larger runs.
 */
final class FarseerGrids {
  private static final double NOISE = 0.005;
  private static final int AT_ONCE = 2;
  private static final double[] POWERS = {0, 0.25, 0.5, 0.75, 1};

  private final Law law;
  private final double budget;
  private final List<Observation> targets;
  private final double[] prior;
  private final List<Observation> menu;
  private final double[] costs;
  private final Random random;

  /**
   * @param part of all runs that there is to choose from: a half, or a quarter
   */
  FarseerGrids(Law law, double budget, double part, Path folder, long seed) throws IOException {
    this.law = law;
    this.budget = budget;
    List<Observation> all = read(folder.resolve("farseer_train.parquet"));
    targets = read(folder.resolve("farseer_test.parquet"));
    prior = UsualConstants.of(law, all.stream().map(Observation::at).toList());
    random = new Random(seed);
    Collections.shuffle(all, random);
    menu = all.subList(0, (int) (part * all.size()));
    costs = menu.stream().mapToDouble(row -> row.at().flops()).toArray();
  }

  private static List<Observation> read(Path file) throws IOException {
    ForeignTable table = ForeignTable.read(file);
    double[] params = table.numbers("N");
    double[] tokens = table.numbers("D");
    double[] loss = table.numbers("loss");
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      String run = "run-" + i;
      Scale at = Scale.of(params[i], tokens[i]);
      rows.add(new Observation(run, run, null, 1, at, null, loss[i], Double.NaN));
    }
    return rows;
  }

  /**
   * Mean relative error at the targets of a law fitted to a grid, which must keep to the budget.
   */
  double error(Collection<Integer> grid) {
    if (cost(grid) > budget * (1 + 1e-9)) {
      throw new AssertionError("a grid costs " + cost(grid) + " of " + budget);
    }
    FittedLaw fitted =
        new LawFitter(new LeastSquares()).fit(law, grid.stream().map(menu::get).toList());
    return targets.stream()
        .mapToDouble(row -> Math.abs(fitted.loss(row.at()) / row.loss() - 1))
        .average()
        .orElseThrow();
  }

  double cost(Collection<Integer> grid) {
    return grid.stream().mapToDouble(run -> costs[run]).sum();
  }

  /** Two runs at a time, each chosen by the losses of those before. */
  Set<Integer> adaptive() {
    SequentialDesign design =
        new SequentialDesign(new LawFitter(new LeastSquares()), law, prior, NOISE);
    Candidates candidates =
        new Candidates(
            menu.stream().map(Observation::at).toList(),
            costs,
            targets.stream().map(Observation::at).toList());
    Set<Integer> done = new LinkedHashSet<>();
    List<Choice> plan = design.plan(candidates, done, List.of(), budget);
    while (!plan.isEmpty()) {
      plan.stream().limit(AT_ONCE).forEach(choice -> done.add(choice.run()));
      List<Observation> rows = done.stream().map(menu::get).toList();
      plan = design.plan(candidates, done, rows, budget - cost(done));
    }
    return done;
  }

  /**
   * The runs nearest to k sizes by k token counts, evenly spaced in logarithms, as wide as paid.
   */
  Set<Integer> geometric(int k) {
    double lowN = extreme(row -> row.at().params(), true);
    double lowD = extreme(row -> row.at().tokens(), true);
    double spanN = Math.log(extreme(row -> row.at().params(), false) / lowN);
    double spanD = Math.log(extreme(row -> row.at().tokens(), false) / lowD);
    for (double share = 1; share > 0; share -= 0.01) {
      Set<Integer> grid = new LinkedHashSet<>();
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          double lnN = Math.log(lowN) + share * spanN * i / (k - 1);
          double lnD = Math.log(lowD) + share * spanD * j / (k - 1);
          grid.add(nearest(lnN, lnD));
        }
      }
      if (cost(grid) <= budget) {
        return grid;
      }
    }
    throw new AssertionError("the budget pays for no grid");
  }

  private double extreme(ToDoubleFunction<Observation> axis, boolean low) {
    var values = menu.stream().mapToDouble(axis).summaryStatistics();
    return low ? values.getMin() : values.getMax();
  }

  private int nearest(double lnN, double lnD) {
    return IntStream.range(0, costs.length)
        .boxed()
        .min(
            Comparator.comparingDouble(
                run ->
                    Math.hypot(
                        Math.log(menu.get(run).at().params()) - lnN,
                        Math.log(menu.get(run).at().tokens()) - lnD)))
        .orElseThrow();
  }

  Set<Integer> random() {
    List<Integer> order = new ArrayList<>(IntStream.range(0, costs.length).boxed().toList());
    Collections.shuffle(order, random);
    Set<Integer> grid = new LinkedHashSet<>();
    double left = budget;
    for (int run : order) {
      if (costs[run] <= left) {
        grid.add(run);
        left -= costs[run];
      }
    }
    return grid;
  }

  /** The most determinant of the information: taken greedily, by several powers of the cost. */
  Set<Integer> dOptimal() {
    Set<Integer> best = Set.of();
    double most = Double.NEGATIVE_INFINITY;
    for (double power : POWERS) {
      Information information = new Information();
      Set<Integer> grid = new LinkedHashSet<>();
      double left = budget;
      for (int run = information.next(grid, left, power);
          run >= 0;
          run = information.next(grid, left, power)) {
        information.take(run);
        grid.add(run);
        left -= costs[run];
      }
      if (information.lnDeterminant > most) {
        most = information.lnDeterminant;
        best = grid;
      }
    }
    return best;
  }

  /** The covariance of the constants, each known to a quarter of its range beforehand. */
  private final class Information {
    private final double[][] slopes = new double[costs.length][prior.length];
    private final double[][] covariance = new double[prior.length][prior.length];
    private double lnDeterminant;

    Information() {
      for (int run = 0; run < slopes.length; run++) {
        Scale at = menu.get(run).at();
        law.gradient(at, prior, slopes[run]);
        for (int j = 0; j < prior.length; j++) {
          Parameter its = law.parameters().get(j);
          double range =
              its.low() > 0 ? prior[j] * Math.log(its.high() / its.low()) : its.high() - its.low();
          slopes[run][j] *= range / 4 / law.loss(at, prior);
        }
      }
      for (int j = 0; j < prior.length; j++) {
        covariance[j][j] = 1;
      }
    }

    int next(Set<Integer> grid, double left, double power) {
      int best = -1;
      double most = 0;
      for (int run = 0; run < costs.length; run++) {
        double use = Math.log1p(variance(run) / NOISE / NOISE) / Math.pow(costs[run], power);
        if (costs[run] <= left && !grid.contains(run) && use > most) {
          most = use;
          best = run;
        }
      }
      return best;
    }

    private double variance(int run) {
      double[] towards = times(slopes[run]);
      return IntStream.range(0, towards.length).mapToDouble(j -> towards[j] * slopes[run][j]).sum();
    }

    private double[] times(double[] x) {
      double[] y = new double[x.length];
      for (int j = 0; j < y.length; j++) {
        for (int k = 0; k < y.length; k++) {
          y[j] += covariance[j][k] * x[k];
        }
      }
      return y;
    }

    void take(int run) {
      double total = variance(run) + NOISE * NOISE;
      lnDeterminant += Math.log(total / NOISE / NOISE);
      double[] towards = times(slopes[run]);
      for (int j = 0; j < towards.length; j++) {
        for (int k = 0; k < towards.length; k++) {
          covariance[j][k] -= towards[j] * towards[k] / total;
        }
      }
    }
  }
}
