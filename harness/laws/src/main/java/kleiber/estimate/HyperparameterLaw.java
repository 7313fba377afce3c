package kleiber.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kleiber.fit.Interval;

/**
 * How the best learning rate and batch grow with scale: the optimum of each cell (one N and D) by a
 * {@link Bowl}, then lr* = k N^p D^q and B* = m D^r through the optima.
 *
 * <p>The form is Li et al. 2025, <i>Predictable Scale: Part I</i> (arXiv:2503.04715), eq. 1. The
 * estimator is ours and belongs to the number: the window of a bowl alone moves exponents by more
 * than their standard errors, so an interval joins the bootstrap at one window with what every
 * other window, and the run of the lowest loss by itself, would have given.
 *
 * @param learningRate lr* over N, D
 * @param batch B* in tokens over D
 * @param learningRateOfParams p
 * @param learningRateOfTokens q
 * @param batchOfTokens r
 * @param variants the same laws by every other way of finding the optimum
 * @param notes cells that were left out
 */
public record HyperparameterLaw(
    LogLinearLaw learningRate,
    LogLinearLaw batch,
    Estimate learningRateOfParams,
    Estimate learningRateOfTokens,
    Estimate batchOfTokens,
    List<Variant> variants,
    List<String> notes) {
  /** Windows above the lowest loss that are all reasonable. */
  private static final double[] WINDOWS = {0.01, 0.02, 0.03, 0.04, 0.05};

  /** The one whose law is quoted. */
  private static final double QUOTED = 0.02;

  /**
   * Runs of one model on so much data.
   *
   * @param params N
   * @param tokens D
   */
  public record Cell(double params, double tokens, List<Trial> trials) {
    public Cell {
      trials = List.copyOf(trials);
    }
  }

  /**
   * The laws by one way of finding the optimum of a cell.
   *
   * @param estimator such as "bowl within 2 %" or "lowest loss"
   * @param cells that had an optimum
   */
  public record Variant(
      String estimator, int cells, LogLinearLaw learningRate, LogLinearLaw batch) {}

  private record Optimum(double params, double tokens, double learningRate, double batch) {}

  /**
   * @param draws number of resamples of the cells' residuals
   * @param confidence of the intervals
   * @throws IllegalArgumentException when fewer than five cells have an optimum inside
   */
  public static HyperparameterLaw fit(List<Cell> cells, int draws, long seed, double confidence) {
    Draws.requireEnough(draws);
    List<String> notes = new ArrayList<>();
    List<Optimum> optima = bowls(cells, QUOTED, notes);
    if (optima.size() < 5) {
      throw new IllegalArgumentException(
          optima.size()
              + " of "
              + cells.size()
              + " cells have an optimum among the runs tried, but a law of N and D with an interval"
              + " needs five. "
              + String.join(" ", notes));
    }
    Variant quoted = variant("bowl within 2 %", optima);
    List<Variant> variants = new ArrayList<>();
    for (double window : WINDOWS) {
      List<Optimum> other = bowls(cells, window, new ArrayList<>());
      if (window != QUOTED && other.size() >= 5) {
        variants.add(
            variant(String.format(Locale.ROOT, "bowl within %.0f %%", 100 * window), other));
      }
    }
    variants.add(variant("lowest loss", lowest(cells)));
    double[][] resampled = bootstrap(quoted, optima, draws, seed);
    return new HyperparameterLaw(
        quoted.learningRate,
        quoted.batch,
        joined(0, quoted, variants, resampled, confidence),
        joined(1, quoted, variants, resampled, confidence),
        joined(2, quoted, variants, resampled, confidence),
        variants,
        notes);
  }

  private static List<Optimum> bowls(List<Cell> cells, double window, List<String> notes) {
    List<Optimum> optima = new ArrayList<>();
    for (Cell cell : cells) {
      Bowl bowl = Bowl.fit(cell.trials, window);
      if (bowl.vertex() == Vertex.INSIDE) {
        optima.add(new Optimum(cell.params, cell.tokens, bowl.learningRate(), bowl.batch()));
      } else {
        notes.add(
            String.format(
                Locale.ROOT,
                "Left out: the bowl at N = %.3g, D = %.3g is %s.",
                cell.params,
                cell.tokens,
                bowl.vertex()));
      }
    }
    return optima;
  }

  private static List<Optimum> lowest(List<Cell> cells) {
    return cells.stream()
        .map(
            cell -> {
              Trial best =
                  cell.trials.stream().min(Comparator.comparingDouble(Trial::loss)).orElseThrow();
              return new Optimum(cell.params, cell.tokens, best.learningRate(), best.batch());
            })
        .toList();
  }

  private static Variant variant(String estimator, List<Optimum> optima) {
    double[] n = optima.stream().mapToDouble(Optimum::params).toArray();
    double[] d = optima.stream().mapToDouble(Optimum::tokens).toArray();
    return new Variant(
        estimator,
        optima.size(),
        LogLinearLaw.fit(optima.stream().mapToDouble(Optimum::learningRate).toArray(), n, d),
        LogLinearLaw.fit(optima.stream().mapToDouble(Optimum::batch).toArray(), d));
  }

  /** p, q and r of a variant. */
  private static double[] exponents(Variant variant) {
    return new double[] {
      variant.learningRate.exponent(0), variant.learningRate.exponent(1), variant.batch.exponent(0)
    };
  }

  /** p, q and r when the cells' residuals are dealt out anew, both of a cell together. */
  private static double[][] bootstrap(Variant quoted, List<Optimum> optima, int draws, long seed) {
    int n = optima.size();
    double ofRate = Math.sqrt(n / (n - 3.0));
    double ofBatch = Math.sqrt(n / (n - 2.0));
    UnaryOperator<Optimum> predict =
        cell ->
            new Optimum(
                cell.params,
                cell.tokens,
                quoted.learningRate.at(cell.params, cell.tokens),
                quoted.batch.at(cell.tokens));
    List<Optimum> predicted = optima.stream().map(predict).toList();
    SplittableRandom source = new SplittableRandom(seed);
    return Stream.generate(source::split)
        .limit(draws)
        .map(
            random -> {
              List<Optimum> again = new ArrayList<>(n);
              for (Optimum cell : predicted) {
                int donor = random.nextInt(n);
                Optimum from = optima.get(donor);
                Optimum at = predicted.get(donor);
                again.add(
                    new Optimum(
                        cell.params,
                        cell.tokens,
                        cell.learningRate * Math.pow(from.learningRate / at.learningRate, ofRate),
                        cell.batch * Math.pow(from.batch / at.batch, ofBatch)));
              }
              return exponents(variant(quoted.estimator, again));
            })
        .toArray(double[][]::new);
  }

  private static Estimate joined(
      int which, Variant quoted, List<Variant> variants, double[][] resampled, double confidence) {
    double value = exponents(quoted)[which];
    Interval bootstrap =
        Draws.interval(
            value,
            Arrays.stream(resampled).mapToDouble(draw -> draw[which]).toArray(),
            quoted.cells - (which == 2 ? 2 : 3),
            confidence);
    double low = bootstrap.low();
    double high = bootstrap.high();
    for (Variant variant : variants) {
      low = Math.min(low, exponents(variant)[which]);
      high = Math.max(high, exponents(variant)[which]);
    }
    return new Estimate(value, new Interval(low, high, confidence));
  }
}
