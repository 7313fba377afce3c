package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquaresOfLoss;
import kleiber.laws.Chinchilla;
import kleiber.laws.Observation;
import kleiber.observe.ForeignTable;

/**
 * Chinchilla's law fitted to all checkpoints of the GPT-3 models up to 13B, as their digitised
 * curves show them, and asked for the curve of 175B. The paper's own table could not be had: the
 * numbers to reach are those of a fit with its recipe and another solver.
 */
public record HitchhikersGuide() implements Study {
  private static final String FILE = "raw_data_gpt3_extracted.csv";
  private static final String TARGET = "175b";
  private static final Map<String, Double> PARAMS =
      Map.of(
          "small", 125e6, "medium", 356e6, "large", 760e6, "xl", 1.3e9, "2.7b", 2.7e9, "6.7b",
          6.7e9, "13b", 13e9, TARGET, 175e9);

  @Override
  public String source() {
    return "Choshen et al. 2024, arXiv:2410.11840";
  }

  @Override
  public Data data() {
    return new Data(
        "hitchhiker_colpret", List.of(FILE), "https://github.com/IBM/ColPret, raw_data/gpt3");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    ForeignTable table = ForeignTable.read(folder.resolve(FILE));
    String[] model = table.text("model");
    double[] billions = table.numbers("step");
    double[] loss = table.numbers("val_loss");
    List<Observation> small = new ArrayList<>();
    List<Observation> target = new ArrayList<>();
    for (int i = 0; i < model.length; i++) {
      if (billions[i] > 0 && loss[i] > 0) {
        Observation point = Points.of(PARAMS.get(model[i]), billions[i] * 1e9, loss[i]);
        (model[i].equals(TARGET) ? target : small).add(point);
      }
    }
    FittedLaw law = new LawFitter(new LeastSquaresOfLoss()).fit(new Chinchilla(), small);
    double end = target.stream().mapToDouble(row -> row.at().tokens()).max().orElseThrow();
    List<Finding> findings = new ArrayList<>();
    findings.add(error("after 30 % of training", 1.96, target, 0.3 * end, law));
    findings.add(error("over the last 30 %", 2.64, target, 0.7 * end, law));
    return findings;
  }

  private static Finding error(
      String where, double published, List<Observation> target, double from, FittedLaw law) {
    List<Observation> late = target.stream().filter(row -> row.at().tokens() >= from).toList();
    double error = 100 * Points.meanRelativeError(late, row -> law.loss(row.at()));
    return Finding.within(
        "GPT-3 175B from 13B and less, mean error " + where + ", %",
        REFIT,
        published,
        error,
        0.005,
        "not the paper's number: its recipe with another solver");
  }
}
