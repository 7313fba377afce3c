package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.REREAD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import kleiber.observe.ForeignTable;

/**
 * How fast compute for a given loss halves: the authors' own bootstrap, summarised again. Sizes and
 * years of the models are not in their repository, so nothing can be fitted.
 */
public record LanguageModelProgress() implements Study {
  private static final String BOOTSTRAP = "bootstrap_compute_doubling_years_model7_numerical.csv";
  private static final String PAIRS = "model7_predicted_vs_actual.csv";

  @Override
  public String source() {
    return "Ho et al. 2024, arXiv:2403.05812";
  }

  @Override
  public Data data() {
    return new Data(
        "lm_algorithmic_progress",
        List.of(BOOTSTRAP, PAIRS),
        "https://github.com/epoch-research/lm-algorithmic-progress, stored outputs of the"
            + " notebooks");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    double[] months =
        Arrays.stream(ForeignTable.read(folder.resolve(BOOTSTRAP)).numbers("doubling_time_years"))
            .map(years -> 12 * years)
            .sorted()
            .toArray();
    ForeignTable pairs = ForeignTable.read(folder.resolve(PAIRS));
    return List.of(
        quantile("median", 8.5716, months, 0.5),
        quantile("2.5th percentile", 4.5475, months, 0.025),
        quantile("97.5th percentile", 14.4602, months, 0.975),
        Finding.within(
            "R2 of ln perplexity, 231 models",
            REREAD,
            0.91,
            explained(pairs.numbers("actual_log_ppl"), pairs.numbers("predicted_log_ppl")),
            0.005,
            ""));
  }

  /** Linear between neighbours, as NumPy has it. */
  private static Finding quantile(String name, double published, double[] sorted, double q) {
    double place = q * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    double value = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    return Finding.within(
        "doubling time of effective compute, " + name + ", months",
        REREAD,
        published,
        value,
        5e-5,
        "100 bootstrap draws of the authors");
  }

  private static double explained(double[] actual, double[] predicted) {
    double mean = Arrays.stream(actual).average().orElseThrow();
    double left = 0;
    double all = 0;
    for (int i = 0; i < actual.length; i++) {
      left += (actual[i] - predicted[i]) * (actual[i] - predicted[i]);
      all += (actual[i] - mean) * (actual[i] - mean);
    }
    return 1 - left / all;
  }
}
