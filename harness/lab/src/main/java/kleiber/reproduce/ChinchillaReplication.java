package kleiber.reproduce;

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
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.ForeignTable;

/**
 * Chinchilla's third approach on the points of its own figure. The published constants are the
 * limit of a maximum-likelihood fit, which is least absolute deviations on ln L, without the five
 * points of highest loss; with them β is another.
 */
public record ChinchillaReplication() implements Study {
  private static final String FILE = "svg_extracted_data.csv";
  private static final int OUTLIERS = 5;

  /** Their likelihood ends at Huber's loss with a delta of 4.7e-9: hardly a parabola any more. */
  private static final double SMALL = 4.7e-9;

  /** Relative; what is left of that parabola moves constants by less. */
  private static final double CLOSE = 1e-6;

  @Override
  public String source() {
    return "Besiroglu et al. 2024, arXiv:2404.10102";
  }

  @Override
  public Data data() {
    return new Data(
        "chinchilla_epoch",
        List.of(FILE),
        "https://github.com/epoch-research/analyzing-chinchilla");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    List<Observation> all = points(ForeignTable.read(folder.resolve(FILE)));
    List<Observation> most = all.subList(0, all.size() - OUTLIERS);
    LawFitter huber = new LawFitter(new Huber(1e-3));
    FittedLaw plain = huber.fit(new Chinchilla(), most);
    FittedLaw absolute = new LawFitter(new Huber(SMALL)).fit(new Chinchilla(), most);
    double deviations =
        most.stream()
            .mapToDouble(row -> Math.abs(Math.log(absolute.loss(row.at()) / row.loss())))
            .sum();
    FittedLaw withOutliers = huber.fit(new Chinchilla(), all);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.atMost(
            "Huber objective, 240 points",
            REFIT,
            1.018275e-3,
            plain.cost(),
            "theirs is 0.00101827403"));
    findings.add(
        Finding.within(
            "sum of |ln residual|, 240 points",
            REFIT,
            1.129494659,
            deviations,
            1e-7,
            "the optimum that their constants lie at"));
    String[] names = {"E", "A", "alpha", "B", "beta"};
    double[] published = {1.816864, 482.00572, 0.347813, 2085.43420, 0.365854};
    for (int j = 0; j < names.length; j++) {

      findings.add(
          Finding.within(
              names[j] + ", 240 points",
              REFIT,
              published[j],
              absolute.theta()[j],
              CLOSE * published[j],
              "limit of a small delta: least absolute deviations"));
    }
    findings.add(
        Finding.within(
            "beta, all 245 points",
            REFIT,
            0.453,
            withOutliers.theta()[4],
            5e-4,
            "five points move it by %.3f".formatted(withOutliers.theta()[4] - plain.theta()[4])));
    return findings;
  }

  /** Lowest loss first; D = C / (6N), which the file does not have. */
  private static List<Observation> points(ForeignTable table) {
    double[] params = table.numbers("Model Size");
    double[] flops = table.numbers("Training FLOP");
    double[] loss = table.numbers("loss");
    List<Observation> points = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      Scale at = new Scale(params[i], flops[i] / (6 * params[i]), flops[i], Map.of());
      points.add(Points.at(at, loss[i]));
    }
    points.sort(Comparator.comparingDouble(Observation::loss));
    return points;
  }
}
