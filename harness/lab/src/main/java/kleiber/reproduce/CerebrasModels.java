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
import kleiber.laws.Observation;
import kleiber.laws.PowerLaw;
import kleiber.laws.Scale;
import kleiber.observe.ForeignTable;

/**
 * The loss on the Pile of seven models trained with twenty tokens for each parameter, against
 * compute: L = (C / 5.984e22)^-.0737 + .5066. Compute is printed with two digits, so that constants
 * agree to as many. That 13B is foretold within .5 % from 6.7B and less is not derived: from the
 * printed digits the error is 1.6 %.
 */
public record CerebrasModels() implements Study {
  private static final String FILE = "cerebras_gpt_pile_test_loss.csv";

  @Override
  public String source() {
    return "Dey et al. 2023, arXiv:2304.03208";
  }

  @Override
  public Data data() {
    return new Data(
        "published_tables",
        List.of(FILE),
        "https://arxiv.org/abs/2304.03208, tables 1, 3 and 8 typed as CSV");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    ForeignTable table = ForeignTable.read(folder.resolve(FILE));
    double[] flops = table.numbers("train_flops_reported");
    double[] tokens = table.numbers("tokens");
    double[] loss = table.numbers("pile_test_xent_paper");
    double[] published = table.numbers("law_prediction");
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < loss.length; i++) {
      Scale at = new Scale(tokens[i] / 20, tokens[i], flops[i], Map.of());
      String run = table.text("model")[i];
      rows.add(new Observation(run, run, null, 0, at, null, loss[i], Double.NaN));
    }
    LawFitter fitter = new LawFitter(new LeastSquaresOfLoss());
    FittedLaw all = fitter.fit(new PowerLaw(), rows);
    double apart = 0;
    for (int i = 0; i < loss.length; i++) {
      apart = Math.max(apart, Math.abs(all.loss(rows.get(i).at()) / published[i] - 1));
    }
    return List.of(
        Finding.within(
            "exponent of compute",
            REFIT,
            0.0737,
            all.theta()[2],
            1e-3,
            "compute is printed with two digits"),
        Finding.within(
            "irreducible loss",
            REFIT,
            0.5066,
            all.theta()[0],
            0.02,
            "compute is printed with two digits"),
        Finding.within(
            "largest distance from the published law at the seven models, %",
            REFIT, 0, 100 * apart, 0.3, "rounded compute"));
  }
}
