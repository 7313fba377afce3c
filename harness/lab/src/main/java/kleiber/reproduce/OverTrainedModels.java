package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.fit.LeastSquaresOfLoss;
import kleiber.laws.ErrorFromLoss;
import kleiber.laws.Observation;
import kleiber.laws.OverTraining;
import kleiber.laws.Scale;
import kleiber.observe.ForeignTable;

/**
 * Five small models trained on RedPajama, one of them on 320 tokens per parameter, foretell the
 * loss on C4 of 1.4B parameters at 640 tokens per parameter and of 6.9B; with a sixth they foretell
 * the mean error over 17 tasks.
 */
public record OverTrainedModels() implements Study {
  private static final String FILE = "derived_flat_104_models.csv";

  /** Tasks on which their 154M model is well above chance, in the paper's terms. */
  private static final List<String> TASKS =
      List.of(
          "arc_easy",
          "bigbench_cs_algorithms",
          "bigbench_dyck_languages",
          "bigbench_novel_concepts",
          "bigbench_operators",
          "bigbench_qa_wikidata",
          "boolq",
          "commonsense_qa",
          "copa",
          "coqa",
          "hellaswag",
          "hellaswag_zeroshot",
          "lambada_openai",
          "piqa",
          "pubmed_qa_labeled",
          "squad",
          "winograd");

  /** A model and its multiple of 20 tokens per parameter. */
  private record Name(String model, double multiple) {}

  private static final List<Name> FITTED =
      List.of(
          new Name("d=96_l=8_h=4", 1),
          new Name("d=512_l=8_h=4", 1),
          new Name("d=576_l=24_h=8", 1),
          new Name("d=1024_l=24_h=8", 1),
          new Name("d=96_l=8_h=4", 16));
  private static final Name SIXTH = new Name("open_lm_1b", 1);
  private static final Name OVER_TRAINED = new Name("open_lm_1b", 32);
  private static final Name LARGE = new Name("open_lm_7b", 1);

  @Override
  public String source() {
    return "Gadre et al. 2024, arXiv:2403.08540";
  }

  @Override
  public Data data() {
    return new Data(
        "overtraining_gadre",
        List.of(FILE),
        "https://github.com/mlfoundations/scaling, exp_data (MIT); one row per model, with"
            + " loss_<set> and acc_<task>");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    Models models = new Models(ForeignTable.read(folder.resolve(FILE), List.of("dataset == rpj")));
    List<Observation> losses = new ArrayList<>();
    List<Observation> errors = new ArrayList<>();
    for (Name name : FITTED) {
      losses.add(models.loss(name));
      errors.add(models.error(name));
    }
    errors.add(models.error(SIXTH));
    LawFitter squares = new LawFitter(new LeastSquaresOfLoss());
    FittedLaw loss = squares.fit(new OverTraining(), losses);
    FittedLaw error = squares.fit(new ErrorFromLoss(), errors);
    return List.of(
        compare("loss of 1.4B on 900B tokens", 0.7103, loss, models.loss(OVER_TRAINED)),
        compare("loss of 6.9B on 138B tokens", 0.7320, loss, models.loss(LARGE)),
        chained("1.4B on 900B tokens", 3.6365, loss, error, models, OVER_TRAINED),
        chained("6.9B on 138B tokens", 0.0464, loss, error, models, LARGE));
  }

  private static Finding compare(
      String what, double published, FittedLaw law, Observation measured) {
    double error = 100 * Math.abs(law.loss(measured.at()) / measured.loss() - 1);
    return Finding.within(
        "error of the predicted " + what + ", %", REFIT, published, error, 5e-5, "");
  }

  /** The task error that follows from the predicted, not from the measured loss. */
  private static Finding chained(
      String what, double published, FittedLaw loss, FittedLaw error, Models models, Name name) {
    double predicted = loss.loss(models.loss(name).at());
    double measured = models.error(name).loss();
    double relative =
        100 * Math.abs(error.loss(Points.elsewhere("loss", predicted)) / measured - 1);
    return Finding.within(
        "error of the predicted mean error over 17 tasks, " + what + ", %",
        REFIT,
        published,
        relative,
        5e-5,
        "");
  }

  private static final class Models {
    private final String[] model;
    private final double[] multiple;
    private final double[] params;
    private final double[] tokens;
    private final double[] loss;
    private final List<double[]> accuracies;

    Models(ForeignTable table) {
      model = table.text("model");
      multiple = table.numbers("mult");
      params = table.numbers("N");
      tokens = table.numbers("D");
      loss = table.numbers("loss_c4_val");
      accuracies = TASKS.stream().map(task -> table.numbers("acc_" + task)).toList();
    }

    Observation loss(Name name) {
      int row = row(name);
      return Points.of(params[row], tokens[row], loss[row]);
    }

    Observation error(Name name) {
      int row = row(name);
      double accuracy = accuracies.stream().mapToDouble(task -> task[row]).average().orElseThrow();
      Scale at = Points.elsewhere("loss", loss[row]);
      return Points.at(at, 1 - accuracy);
    }

    private int row(Name name) {
      for (int i = 0; i < model.length; i++) {
        if (model[i].equals(name.model) && multiple[i] == name.multiple) {
          return i;
        }
      }
      throw new IllegalArgumentException(
          "there is no model " + name + " among " + Arrays.toString(model));
    }
  }
}
