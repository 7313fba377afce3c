package kleiber.reproduce;

import static kleiber.reproduce.Finding.Kind.REFIT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import kleiber.estimate.AkimaIsoFlop;
import kleiber.estimate.Allocation;
import kleiber.estimate.IsoFlop;
import kleiber.estimate.LogLinearLaw;
import kleiber.estimate.LossNoise;
import kleiber.fit.Interval;
import kleiber.observe.ForeignTable;

/**
 * Why Kaplan's exponent of the compute-optimal model was .84 and Chinchilla's .50: step by step the
 * last layer is counted, warm-up shortened, the schedule fitted to the run and the optimizer tuned.
 * Each exponent twice: the line through the optima that the authors found, and from their runs,
 * with our interpolation and our noise.
 */
public record ComputeOptimalModels() implements Study {
  private static final String RUNS = "isoflop_points.csv";
  private static final String OPTIMA = "optimal_pairs.csv";
  private static final String PUBLISHED = "authors_fits.csv";

  /** What tells one series of runs from another. */
  private static final List<String> SERIES =
      List.of("dataset", "hparams", "warmup", "decay", "param_count");

  /** Nats per token from seed to seed on RefinedWeb, and on OpenWebText2. */
  private static final double REFINED_WEB_NOISE = 0.002;

  private static final double OPEN_WEB_TEXT_NOISE = 0.01;

  private static final int DRAWS = 400;
  private static final long SEED = 1;

  @Override
  public String source() {
    return "Porian et al. 2024, arXiv:2406.19146";
  }

  @Override
  public Data data() {
    return new Data(
        "porian",
        List.of(RUNS, OPTIMA, PUBLISHED),
        "https://github.com/formll/resolving-scaling-law-discrepancies, the tables in data/ as"
            + " CSV");
  }

  @Override
  public List<Finding> reproduce(Path folder) throws IOException {
    ForeignTable published = ForeignTable.read(folder.resolve(PUBLISHED));
    double[] exponents = published.numbers("n_exponent");
    double[] low = published.numbers("n_exp_lo95");
    double[] high = published.numbers("n_exp_hi95");
    Map<String, List<Integer>> optima = new LinkedHashMap<>();
    ForeignTable pairs = ForeignTable.read(folder.resolve(OPTIMA));
    bySeries(pairs, optima);
    Map<String, List<Integer>> runs = new LinkedHashMap<>();
    ForeignTable points = ForeignTable.read(folder.resolve(RUNS));
    bySeries(points, runs);
    Map<String, List<Integer>> rows = new LinkedHashMap<>();
    bySeries(published, rows);
    List<Finding> findings = new ArrayList<>();
    rows.forEach(
        (series, row) -> {
          int index = row.get(0);
          findings.add(
              Finding.within(
                  series + ": a through the authors' optima",
                  REFIT,
                  exponents[index],
                  throughOptima(pairs, optima.get(series)),
                  5e-5,
                  "the last step alone"));
          Allocation found = fromRuns(points, runs.get(series), series.startsWith("rw "));
          Interval interval = found.a(0.95).interval();
          findings.add(
              Finding.within(
                  series + ": a from the runs",
                  REFIT,
                  exponents[index],
                  found.a(0.95).value(),
                  3e-3,
                  String.format(
                      Locale.ROOT,
                      "95 %% [%.3f, %.3f], published [%.3f, %.3f]",
                      interval.low(),
                      interval.high(),
                      low[index],
                      high[index])));
        });
    return findings;
  }

  /** Rows of each series, in the order of the table. */
  private static void bySeries(ForeignTable table, Map<String, List<Integer>> rows) {
    String[][] columns = SERIES.stream().map(table::text).toArray(String[][]::new);
    for (int row = 0; row < table.rows(); row++) {
      int at = row;
      String series = String.join(" ", Arrays.stream(columns).map(c -> c[at]).toList());
      rows.computeIfAbsent(series, name -> new ArrayList<>()).add(row);
    }
  }

  /** Budgets without an optimum inside have an empty one. */
  private static double throughOptima(ForeignTable pairs, List<Integer> rows) {
    double[] params = pairs.numbers("n");
    List<Integer> inside = rows.stream().filter(row -> params[row] > 0).toList();
    double[] weights =
        Arrays.stream(pick(pairs.numbers("n_star_logstd"), inside))
            .map(deviation -> 1 / (deviation * deviation))
            .toArray();
    return LogLinearLaw.weighted(
            weights, pick(params, inside), pick(pairs.numbers("flops"), inside))
        .exponent(0);
  }

  /**
   * The authors' noise rises with the loss, but is set where ln L is compared with losses: all of
   * their runs have the lowest.
   */
  private static Allocation fromRuns(ForeignTable points, List<Integer> rows, boolean refinedWeb) {
    double[] flops = pick(points.numbers("flops"), rows);
    double[] params = pick(points.numbers("n"), rows);
    double[] tokens = pick(points.numbers("tokens"), rows);
    double[] losses = pick(points.numbers("loss"), rows);
    Map<Double, List<Integer>> budgets = new TreeMap<>();
    IntStream.range(0, flops.length)
        .forEach(i -> budgets.computeIfAbsent(flops[i], c -> new ArrayList<>()).add(i));
    List<IsoFlop> isoFlops = new ArrayList<>();
    budgets.forEach(
        (budget, members) -> {
          List<Integer> sorted =
              members.stream().sorted((i, j) -> Double.compare(params[i], params[j])).toList();
          if (sorted.size() >= 3) {
            isoFlops.add(
                new IsoFlop(
                    budget, pick(params, sorted), pick(tokens, sorted), pick(losses, sorted)));
          }
        });
    LossNoise noise = LossNoise.constant(refinedWeb ? REFINED_WEB_NOISE : OPEN_WEB_TEXT_NOISE);
    return new AkimaIsoFlop(noise, DRAWS, SEED).estimate(isoFlops);
  }

  private static double[] pick(double[] values, List<Integer> rows) {
    return rows.stream().mapToDouble(row -> values[row]).toArray();
  }
}
