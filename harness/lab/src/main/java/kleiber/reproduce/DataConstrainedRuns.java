package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.EVALUATED;
import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import kleiber.fit.FittedLaw;
import kleiber.fit.Huber;
import kleiber.fit.LawFitter;
import kleiber.laws.DataConstrained;
import kleiber.laws.Law;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.observe.ForeignTable;

/**
 * How fast repeated tokens and excess parameters lose their worth, with Chinchilla's constants held
 * at those of the paper. The published pair is a local minimum; the lowest lies far from it at
 * nearly the same objective, so the runs say little of R_D*.
 */
public record DataConstrainedRuns() implements Study {
  private static final String FILE = "fit182_outliers_removed.csv";
  private static final double R_D = 15.387756;
  private static final double R_N = 5.309743;

  /** Ranges that hold one minimum, and all of them. */
  private static final double NEAR = 1.1;

  private static final double FAR = 30;
  private static final int GRID = 61;
  private static final double CLOSE = 1e-3;
  private static final double HUGE = 1e12;

  /**
   * The law with all but R_D* and R_N* held at the paper's constants.
   *
   * @param rD middle of the range of R_D*
   * @param rN middle of the range of R_N*
   * @param within how many times smaller or larger than that the two may be
   */
  private record Repetition(double rD, double rN, double within) implements Law {
    private static final int GIVEN = 5;
    private static final DataConstrained LAW = new DataConstrained();
    private static final double ALPHA = 0.3526596;

    private static double[] all(double rD, double rN) {
      return new double[] {
        Math.exp(0.6254804), Math.exp(6.255414), ALPHA, Math.exp(7.3049974), ALPHA, rD, rN
      };
    }

    @Override
    public String formula() {
      return LAW.formula();
    }

    @Override
    public String source() {
      return LAW.source();
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("R_D*", "epochs", rD / within, rD * within),
          new Parameter("R_N*", "multiples of a fitting size", rN / within, rN * within));
    }

    @Override
    public double loss(Scale at, double[] theta) {
      return LAW.loss(at, all(theta[0], theta[1]));
    }

    @Override
    public void gradient(Scale at, double[] theta, double[] gradient) {
      double[] full = new double[GIVEN + 2];
      LAW.gradient(at, all(theta[0], theta[1]), full);
      System.arraycopy(full, GIVEN, gradient, 0, 2);
    }
  }

  @Override
  public String source() {
    return "Muennighoff et al. 2023, arXiv:2305.16264";
  }

  @Override
  public Data data() {
    return new Data(
        "datablations",
        List.of(FILE),
        "https://github.com/huggingface/datablations, utils/parametric_fit.ipynb (Apache-2.0)");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    List<Observation> rows = rows(folder);
    Huber huber = new Huber(1e-3);
    LawFitter fitter = new LawFitter(huber);
    Law law = new Repetition(R_D, R_N, FAR);
    FittedLaw local = fitter.fit(new Repetition(R_D, R_N, NEAR), rows);
    FittedLaw lowest =
        basins(law, rows, huber).stream()
            .map(basin -> fitter.fit(new Repetition(basin[0], basin[1], NEAR), rows))
            .min(Comparator.comparingDouble(FittedLaw::cost))
            .orElseThrow();
    double published = cost(law, rows, huber, new double[] {R_D, R_N});
    String weak =
        "the lowest is at R_D* = %.2f, R_N* = %.3f: R_D* is weakly identified"
            .formatted(lowest.theta()[0], lowest.theta()[1]);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.within(
            "objective of the published pair", EVALUATED, 0.0158259366, published, 5e-9, ""));
    findings.add(explained("R2 of the published pair", 0.7722046, R_D, R_N, rows));
    findings.add(explained("R2 of Chinchilla's law", 0.4451684, HUGE, HUGE, rows));
    findings.add(
        Finding.atMost(
            "objective of the minimum near it", REFIT, 0.0158259366, local.cost(), weak));
    findings.add(
        Finding.within(
            "R_D* of the minimum near it",
            REFIT,
            R_D,
            local.theta()[0],
            0.02,
            "a local minimum; " + weak));
    findings.add(
        Finding.within(
            "R_N* of the minimum near it", REFIT, R_N, local.theta()[1], 0.01, "a local minimum"));
    findings.add(
        Finding.within(
            "objective of the lowest minimum", REFIT, 0.01580466, lowest.cost(), 5e-9, weak));
    return findings;
  }

  /** The minima of the objective's profile over R_D*: what it is at the best R_N* for each. */
  private static List<double[]> basins(Law law, List<Observation> rows, Huber huber) {
    double[][] best = new double[GRID][];
    double[] profile = new double[GRID];
    for (int i = 0; i < GRID; i++) {
      double rD = R_D * Math.pow(FAR, 2 * i / (GRID - 1.0) - 1);
      best[i] = new double[] {rD, bestRN(law, rows, huber, rD)};
      profile[i] = cost(law, rows, huber, best[i]);
    }
    List<double[]> basins = new ArrayList<>();
    for (int i = 1; i < GRID - 1; i++) {
      if (profile[i] <= profile[i - 1] && profile[i] <= profile[i + 1]) {
        basins.add(best[i]);
      }
    }
    return basins;
  }

  /** By thirds of ln R_N*. */
  private static double bestRN(Law law, List<Observation> rows, Huber huber, double rD) {
    double low = Math.log(R_N / FAR);
    double high = Math.log(R_N * FAR);
    while (high - low > CLOSE) {
      double third = (high - low) / 3;
      double left = cost(law, rows, huber, new double[] {rD, Math.exp(low + third)});
      double right = cost(law, rows, huber, new double[] {rD, Math.exp(high - third)});
      if (left < right) {
        high -= third;
      } else {
        low += third;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double cost(Law law, List<Observation> rows, Huber huber, double[] theta) {
    return rows.stream()
        .mapToDouble(row -> huber.cost(Math.log(law.loss(row.at(), theta) / row.loss())))
        .sum();
  }

  private static Finding explained(
      String quantity, double published, double rD, double rN, List<Observation> rows) {
    Law law = new Repetition(R_D, R_N, FAR);
    double ours = Points.explained(rows, row -> law.loss(row.at(), new double[] {rD, rN}));
    return Finding.within(quantity, EVALUATED, published, ours, 5e-8, "");
  }

  private static List<Observation> rows(Path folder) throws IOException {
    ForeignTable table = ForeignTable.read(folder.resolve(FILE));
    double[] params = table.numbers("N");
    double[] tokens = table.numbers("tokens_total");
    double[] unique = table.numbers("tokens_unique");
    double[] loss = table.numbers("val_loss");
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      Map<String, Double> extra = Map.of(Scale.UNIQUE_TOKENS, unique[i]);
      Scale at = new Scale(params[i], tokens[i], 6 * params[i] * tokens[i], extra);
      rows.add(Points.at(at, loss[i]));
    }
    return rows;
  }
}
