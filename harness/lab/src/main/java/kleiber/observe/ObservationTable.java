package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import kleiber.experiment.FitPlan;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;
import kleiber.laws.Trajectory;
import kleiber.models.ParameterCount.Convention;
import kleiber.run.StoredRun;

/**
 * The file {@code observations.csv}: every loss of an experiment, one row each, as RFC 4180 has it.
 * Losses are in nats per token; a number that is not finite or not known is an empty field. N is
 * there under every convention, where a model has experts with what is active; {@code params} and
 * {@code flops} repeat what the fit read. Further axes of scale, where models have any, are the
 * last columns, under their names.
 */
public final class ObservationTable {
  private ObservationTable() {}

  /** Name of the file in an experiment's results. */
  public static final String FILE = "observations.csv";

  /** The column after which there are further axes alone. */
  private static final String LAST = "reason";

  public static void write(Path file, Observations observations) throws IOException {
    Files.writeString(file, text(observations));
  }

  /** The whole file. */
  static String text(Observations observations) {
    Map<String, Function<Row, Object>> columns = columns(observations);
    StringBuilder text = new StringBuilder();
    text.append(Csv.line(List.copyOf(columns.keySet()))).append("\r\n");
    for (Row row : observations.rows()) {
      List<String> fields =
          columns.values().stream().map(column -> text(column.apply(row))).toList();
      text.append(Csv.line(fields)).append("\r\n");
    }
    return text.toString();
  }

  /** A value as a table writes it; empty for what is not known. */
  static String text(Object value) {
    return value instanceof Double number && !Double.isFinite(number) ? "" : value.toString();
  }

  /**
   * Reads a table that was written by {@link #write}.
   *
   * @throws UserException when a column or a field is not as written
   * @throws IOException when the file cannot be read
   */
  public static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (TableReader table = TableReader.open(file)) {
      int last = table.column(LAST);
      Fields fields = new Fields(table, table.columns().subList(last + 1, table.columns().size()));
      while (table.next()) {
        try {
          rows.add(row(fields));
        } catch (IllegalArgumentException e) {
          throw new UserException(file + ", " + table.place() + ": " + e.getMessage(), e);
        }
      }
    }
    return rows;
  }

  /** The columns in order: each a text, a long, or a double that is NaN where nothing is known. */
  static Map<String, Function<Row, Object>> columns(Observations observations) {
    Map<String, Function<Row, Object>> columns = named(observations);
    observations.rows().stream()
        .flatMap(row -> row.axes().keySet().stream())
        .distinct()
        .sorted()
        .forEach(axis -> columns.put(axis, row -> row.axes().getOrDefault(axis, Double.NaN)));
    return columns;
  }

  private static Map<String, Function<Row, Object>> named(Observations observations) {
    FitPlan plan = observations.plan();
    Map<String, Function<Row, Object>> columns = new LinkedHashMap<>();
    columns.put("run", Row::run);
    columns.put("cluster", Row::cluster);
    columns.put("heldOut", Row::heldOut);
    columns.put("step", row -> row.step());
    columns.put("tokens", row -> row.tokens());
    columns.put("loss", row -> row.loss());
    columns.put("standardError", row -> row.standardError());
    columns.put("bitsPerByte", row -> row.bitsPerByte().orElse(Double.NaN));
    columns.put("trainLoss", row -> row.trainLoss());
    columns.put("params", row -> row.count(plan.params()));
    columns.put("flops", row -> row.flops(plan.flops(), plan.params()));
    for (Convention convention : observations.conventions()) {
      columns.put(column(convention), row -> row.count(convention));
    }
    columns.put("flopsExact", row -> row.exactFlops());
    columns.put("flops6ND", row -> row.flops(FitPlan.Flops.SIX_ND, plan.params()));
    columns.put("epochs", row -> row.epochs());
    columns.put("uniqueTokens", row -> row.uniqueTokens());
    columns.put("tokensPerStep", row -> row.tokensPerStep());
    columns.put("schedule", row -> row.schedule().schedule());
    columns.put("peakLearningRate", row -> row.schedule().peak());
    columns.put("warmupTokens", row -> row.schedule().warmupTokens());
    columns.put("totalTokens", row -> row.schedule().totalTokens());
    columns.put("fractionOfPeak", row -> row.schedule().fractionOfPeak());
    columns.put("learningRate", row -> row.learningRate());
    columns.put("seed", row -> row.seed());
    columns.put("state", row -> Words.of(row.state()));
    columns.put("use", row -> Words.of(row.use()));
    columns.put(LAST, Row::reason);
    return columns;
  }

  private static Row row(Fields fields) {
    Map<Convention, Long> params = new EnumMap<>(Convention.class);
    for (Convention convention : Convention.values()) {
      if (fields.has(column(convention)) || convention != Convention.ACTIVE) {
        params.put(convention, Long.valueOf(fields.text(column(convention))));
      }
    }
    double bitsPerByte = fields.number("bitsPerByte");
    return new Row(
        fields.text("run"),
        fields.text("cluster"),
        StoredRun.State.valueOf(upper(fields.text("state"))),
        Long.parseLong(fields.text("seed")),
        fields.text("heldOut"),
        Long.parseLong(fields.text("step")),
        Long.parseLong(fields.text("tokens")),
        Long.parseLong(fields.text("tokensPerStep")),
        params,
        fields.number("flopsExact"),
        fields.number("epochs"),
        Long.parseLong(fields.text("uniqueTokens")),
        fields.axes(),
        new Trajectory(
            fields.text("schedule"),
            fields.number("peakLearningRate"),
            fields.number("warmupTokens"),
            fields.number("totalTokens"),
            fields.number("fractionOfPeak")),
        fields.number("learningRate"),
        fields.number("loss"),
        fields.number("standardError"),
        Double.isNaN(bitsPerByte) ? OptionalDouble.empty() : OptionalDouble.of(bitsPerByte),
        fields.number("trainLoss"),
        Row.Use.valueOf(upper(fields.text("use"))),
        fields.text(LAST));
  }

  /** The fields of the present row, by name of the column. */
  private record Fields(TableReader table, List<String> furtherAxes) {
    boolean has(String column) {
      return table.columns().contains(column);
    }

    String text(String column) {
      return table.text(table.column(column));
    }

    double number(String column) {
      return table.number(table.column(column));
    }

    Map<String, Double> axes() {
      Map<String, Double> axes = new HashMap<>();
      for (String axis : furtherAxes) {
        double value = number(axis);
        if (!Double.isNaN(value)) {
          axes.put(axis, value);
        }
      }
      return axes;
    }
  }

  /** {@code NON_EMBEDDING} is the column {@code paramsNonEmbedding}. */
  private static String column(Convention convention) {
    StringBuilder name = new StringBuilder("params");
    for (String word : convention.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
