package kleiber.observe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * One metric of several runs over their steps, as other programs export it:
 *
 * <pre>
 * Weights &amp; Biases, a chart   Step, RUN - METRIC, RUN - METRIC__MIN, RUN - METRIC__MAX, RUN - …
 * MLflow, a chart             Run, Run ID, metric, step, timestamp, value
 * </pre>
 *
 * @param metric what was measured
 * @param points in the order of the file, by run
 */
public record ImportedCurves(String metric, List<Point> points) {
  /** A column of a chart: what the run is called, and what was measured. */
  private static final Pattern COLUMN = Pattern.compile("(.+) - (.+?)(__MIN|__MAX)?");

  /**
   * A value of a run.
   *
   * @param step or whatever the chart's axis was
   */
  public record Point(String run, double step, double value) {}

  public ImportedCurves {
    points = List.copyOf(points);
  }

  /**
   * Reads an export.
   *
   * @param metric which of several; may be left out where there is one
   * @throws UserException when the file is no such export, or has no such metric
   */
  public static ImportedCurves read(Path file, Optional<String> metric) throws IOException {
    ForeignTable table = ForeignTable.read(file);
    return table.columns().contains("metric") && table.columns().contains("value")
        ? ofMlflow(table, file, metric)
        : ofChart(table, file, metric);
  }

  private static ImportedCurves ofChart(ForeignTable table, Path file, Optional<String> metric) {
    Map<String, Map<String, String>> columns = new LinkedHashMap<>(); // run → column by metric
    TreeSet<String> metrics = new TreeSet<>();
    for (String column : table.columns()) {
      Matcher matcher = COLUMN.matcher(column);
      boolean ours = matcher.matches() && matcher.group(3) == null;
      if (ours && !matcher.group(2).startsWith("_")) { // such as _step, which says the axis again
        metrics.add(matcher.group(2));
        columns
            .computeIfAbsent(matcher.group(1), _ -> new LinkedHashMap<>())
            .put(matcher.group(2), column);
      }
    }
    if (metrics.isEmpty()) {
      throw new UserException(
          "%s is no chart's export: no column is called 'RUN - METRIC', and none 'metric' and 'value'; known: %s. A table with a row for each run needs no import: `kleiber fit --map` reads it"
              .formatted(file, String.join(", ", table.columns())));
    }
    String chosen = choose(file, metric, metrics);
    double[] steps = table.numbers(table.columns().getFirst());
    List<Point> points = new ArrayList<>();
    columns.forEach(
        (run, byMetric) -> {
          if (byMetric.containsKey(chosen)) {
            double[] values = table.numbers(byMetric.get(chosen));
            for (int row = 0; row < values.length; row++) {
              add(points, run, steps[row], values[row]);
            }
          }
        });
    return new ImportedCurves(chosen, points);
  }

  private static ImportedCurves ofMlflow(ForeignTable table, Path file, Optional<String> metric) {
    String[] metrics = table.text("metric");
    String chosen = choose(file, metric, new TreeSet<>(List.of(metrics)));
    String[] runs = table.text(table.columns().contains("Run") ? "Run" : "Run ID");
    double[] steps = table.numbers("step");
    double[] values = table.numbers("value");
    List<Point> points = new ArrayList<>();
    for (int row = 0; row < values.length; row++) {
      if (metrics[row].equals(chosen)) {
        add(points, runs[row], steps[row], values[row]);
      }
    }
    return new ImportedCurves(chosen, points);
  }

  private static String choose(Path file, Optional<String> metric, TreeSet<String> metrics) {
    if (metric.isPresent() && metrics.contains(metric.get())) {
      return metric.get();
    }
    if (metric.isEmpty() && metrics.size() == 1) {
      return metrics.first();
    }
    throw new UserException(
        metric.isEmpty()
            ? "%s holds several metrics; say which with --metric; known: %s"
                .formatted(file, String.join(", ", metrics))
            : "%s has no metric '%s'; %s"
                .formatted(file, metric.get(), Names.known(metric.get(), metrics)));
  }

  /** Runs are of different lengths: where one has no value there is no point. */
  private static void add(List<Point> points, String run, double step, double value) {
    if (!Double.isNaN(step) && !Double.isNaN(value)) {
      points.add(new Point(run, step, value));
    }
  }
}
