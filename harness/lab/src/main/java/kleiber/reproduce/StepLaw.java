package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.EVALUATED;
import static kleiber.reproduce.Finding.Kind.REFIT;
import static kleiber.reproduce.Finding.Kind.REREAD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import kleiber.estimate.Estimate;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.Trial;
import kleiber.observe.ForeignTable;

/**
 * How the best learning rate and batch of dense models grow: lr* = 1.79 N^-.713 D^.307 and B* = .58
 * D^.571 tokens. The runs released are a part of those that the law was fitted to, and the window
 * of a bowl moves the exponents of lr*: every number says how the optimum was found.
 */
public record StepLaw() implements Study {
  private static final String RUNS = "dense_lr_bs_loss.csv";
  private static final String LAWS = "1004_fitted_lr_bs_scaling_model_parameters.csv";
  private static final double SEQUENCE = 2048;

  @Override
  public String source() {
    return "Li et al. 2025, arXiv:2503.04715";
  }

  @Override
  public Data data() {
    return new Data(
        "steplaw", List.of(RUNS, LAWS), "https://github.com/step-law/steplaw, folder data");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    ForeignTable runs = ForeignTable.read(folder.resolve(RUNS));
    List<HyperparameterLaw.Cell> cells =
        Searches.cells(
            runs.numbers("N"),
            runs.numbers("D"),
            runs.numbers("lr"),
            Arrays.stream(runs.numbers("bs")).map(bs -> bs * SEQUENCE).toArray(),
            runs.numbers("smooth loss"));
    ForeignTable laws = ForeignTable.read(folder.resolve(LAWS));
    HyperparameterLaw law = Searches.law(cells);
    HyperparameterLaw.Variant lowest = law.variants().get(law.variants().size() - 1);
    double ofLowest = Searches.standardError(lowest.learningRate(), 1);
    return List.of(
        reread("exponent of N in lr*, mean of the resampled laws", -0.713, laws, "lr_coefN"),
        reread("exponent of D in lr*, mean of the resampled laws", 0.307, laws, "lr_coefD"),
        reread("exponent of D in B*, mean of the resampled laws", 0.571, laws, "bs_coefD"),
        Finding.within(
            "loss at the law's lr and B above the lowest of a cell, mean, %",
            EVALUATED,
            0.094,
            100 * aboveLowest(cells),
            0.005,
            "the run nearest in (ln lr, ln B), " + cells.size() + " cells"),
        Finding.within(
            "cells whose bowl within 2 % has its optimum inside",
            REFIT, cells.size(), Searches.bowls(cells), 0, "not published: a law needs them all"),
        Finding.within(
            "exponent of D in B*, bowls within 2 %",
            REFIT,
            0.571,
            law.batchOfTokens().value(),
            Searches.standardError(law.batch(), 0),
            spread(law.batchOfTokens())),
        Finding.within(
            "exponent of N in lr*, bowls within 2 %",
            REFIT,
            -0.713,
            law.learningRateOfParams().value(),
            Searches.standardError(law.learningRate(), 0),
            spread(law.learningRateOfParams())),
        Finding.within(
            "exponent of D in lr*, lowest losses",
            REFIT,
            0.307,
            lowest.learningRate().exponent(1),
            ofLowest,
            String.format(
                Locale.ROOT,
                "within one standard error, %.3f; bowls within 2 %% give %.3f ± %.3f, which does"
                    + " not hold .307",
                ofLowest,
                law.learningRateOfTokens().value(),
                Searches.standardError(law.learningRate(), 1))));
  }

  private static Finding reread(
      String quantity, double published, ForeignTable laws, String column) {
    double mean = Arrays.stream(laws.numbers(column)).average().orElseThrow();
    return Finding.within(quantity, REREAD, published, mean, 5e-4, "");
  }

  private static String spread(Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "within one standard error; 90 %% over cells, windows of 1 to 5 %% and lowest losses:"
            + " [%.3f, %.3f]",
        estimate.interval().low(),
        estimate.interval().high());
  }

  private static double aboveLowest(List<HyperparameterLaw.Cell> cells) {
    return cells.stream()
        .mapToDouble(
            cell -> {
              double rate = 1.79 * Math.pow(cell.params(), -0.713) * Math.pow(cell.tokens(), 0.307);
              double batch = 0.58 * Math.pow(cell.tokens(), 0.571);
              Trial nearest =
                  cell.trials().stream()
                      .min(
                          Comparator.comparingDouble(
                              trial ->
                                  Math.hypot(
                                      Math.log(trial.learningRate() / rate),
                                      Math.log(trial.batch() / batch))))
                      .orElseThrow();
              double lowest = cell.trials().stream().mapToDouble(Trial::loss).min().orElseThrow();
              return nearest.loss() / lowest - 1;
            })
        .average()
        .orElseThrow();
  }
}
