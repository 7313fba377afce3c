package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquaresOfLoss;
import kleiber.laws.BrokenPowerLaw;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.laws.SelfStarting;
import kleiber.laws.Variable;
import kleiber.observe.ForeignTable;

/**
 * A broken power law through the test loss of four-digit addition over the size of the training
 * set, its break found by the fit, and three larger sets foretold. Squares of ln(1 + L), as in the
 * paper.
 */
public record FourDigitAddition() implements Study {
  private static final String FILE = "four_digit_addition.csv";
  private static final BrokenPowerLaw LAW = new BrokenPowerLaw(1, Variable.TOKENS);

  /** ln(1 + L) in place of L: what the authors compare. */
  private record LogOfOnePlus() implements SelfStarting {
    @Override
    public String formula() {
      return "ln(1 + " + LAW.formula() + ")";
    }

    @Override
    public String source() {
      return LAW.source();
    }

    @Override
    public List<Parameter> parameters() {
      return LAW.parameters();
    }

    @Override
    public double loss(Scale at, double[] theta) {
      return Math.log1p(LAW.loss(at, theta));
    }

    @Override
    public void gradient(Scale at, double[] theta, double[] gradient) {
      LAW.gradient(at, theta, gradient);
      double slope = 1 / (1 + LAW.loss(at, theta));
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] *= slope;
      }
    }

    @Override
    public List<double[]> starts(List<Observation> rows) {
      return LAW.starts(
          rows.stream().map(row -> Points.at(row.at(), Math.expm1(row.loss()))).toList());
    }
  }

  @Override
  public String source() {
    return "Caballero et al. 2023, arXiv:2210.14891";
  }

  @Override
  public Data data() {
    return new Data(
        "bnsl",
        List.of(FILE),
        "https://github.com/ethancaballero/broken_neural_scaling_laws, script of figure 4 (left);"
            + " columns train_dataset_size, test_cross_entropy, split");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    List<Observation> fitted = rows(folder, "fit");
    List<Observation> later = rows(folder, "extrapolate");
    List<Observation> logs =
        fitted.stream().map(row -> Points.at(row.at(), Math.log1p(row.loss()))).toList();
    FittedLaw law = new LawFitter(new LeastSquaresOfLoss()).fit(new LogOfOnePlus(), logs);
    double[] published = {0.41388453, 2.27727229, 0.05507735, 5.66290382, 612.58361729, 0.05919304};
    List<Finding> findings = new ArrayList<>();
    for (int j = 0; j < published.length; j++) {
      findings.add(
          Finding.within(
              LAW.parameters().get(j).name(),
              REFIT,
              published[j],
              law.theta()[j],
              5e-6 * published[j],
              "break found, not given"));
    }
    findings.add(error("over the fitted points", 0.00059849, fitted, law.theta(), 5e-9));
    findings.add(error("over the three larger sets", 0.0109157, later, law.theta(), 5e-7));
    return findings;
  }

  /** Root of the mean square of ln predicted − ln measured (RMSLE). */
  private static Finding error(
      String where, double published, List<Observation> rows, double[] theta, double tolerance) {
    double squares =
        rows.stream()
            .mapToDouble(row -> Math.pow(Math.log(LAW.loss(row.at(), theta) / row.loss()), 2))
            .average()
            .orElseThrow();
    return Finding.within("RMSLE " + where, REFIT, published, Math.sqrt(squares), tolerance, "");
  }

  private static List<Observation> rows(Path folder, String split) throws IOException {
    ForeignTable table = ForeignTable.read(folder.resolve(FILE), List.of("split == " + split));
    double[] size = table.numbers("train_dataset_size");
    double[] loss = table.numbers("test_cross_entropy");
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      rows.add(Points.of(1, size[i], loss[i]));
    }
    return rows;
  }
}
