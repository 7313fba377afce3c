package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.EVALUATED;
import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** Ranges that hold the published minimum alone, and every other too. */
  private static final double NEAR = 1.1;

  private static final double FAR = 100;
  private static final int STARTS = 9;
  private static final double HUGE = 1e12;

  /**
   * The law with all but R_D* and R_N* held at the paper's constants.
   *
   * @param within how many times smaller or larger than published the two may be
   */
  private record Repetition(double within) implements Law {
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
          new Parameter("R_D*", "epochs", R_D / within, R_D * within),
          new Parameter("R_N*", "multiples of a fitting size", R_N / within, R_N * within));
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
    Law law = new Repetition(FAR);
    FittedLaw local = fitter.fit(new Repetition(NEAR), rows);
    FittedLaw lowest = fitter.fit(law, rows, starts());
    double published =
        rows.stream()
            .mapToDouble(
                row -> {
                  double loss = law.loss(row.at(), new double[] {R_D, R_N});
                  return huber.cost(Math.log(loss / row.loss()));
                })
            .sum();
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

  /** A coarse grid over both constants. */
  private static List<double[]> starts() {
    List<double[]> starts = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      for (int j = 0; j < STARTS; j++) {
        double rD = R_D * Math.pow(10, i / (STARTS - 1.0) * 2 - 1);
        double rN = R_N * Math.pow(10, j / (STARTS - 1.0) * 2 - 1);
        starts.add(new double[] {rD, rN});
      }
    }
    return starts;
  }

  private static Finding explained(
      String quantity, double published, double rD, double rN, List<Observation> rows) {
    Law law = new Repetition(FAR);
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
