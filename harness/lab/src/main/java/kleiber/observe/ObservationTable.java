package kleiber.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Words;
import kleiber.laws.Trajectory;
import kleiber.models.ParameterCount.Convention;
import kleiber.run.StoredRun;

/**
 * The file {@code observations.csv}: every loss of an experiment, one row each, as RFC 4180 has it.
 * Losses are in nats per token; a number that is not finite or not known is an empty field. N is
 * there under every convention; {@code params} and {@code flops} repeat what the fit read.
 */
public final class ObservationTable {
  private ObservationTable() {}

  /** Name of the file in an experiment's results. */
  public static final String FILE = "observations.csv";

  public static void write(Path file, Observations observations) throws IOException {
    Map<String, Function<Row, String>> columns = columns(observations.plan());
    StringBuilder text = new StringBuilder();
    text.append(Csv.line(List.copyOf(columns.keySet()))).append("\r\n");
    for (Row row : observations.rows()) {
      List<String> fields = columns.values().stream().map(column -> column.apply(row)).toList();
      text.append(Csv.line(fields)).append("\r\n");
    }
    Files.writeString(file, text);
  }

  /**
   * Reads a table that was written by {@link #write}.
   *
   * @throws IOException when the file cannot be read, or a column or a field is not as written
   */
  public static List<Row> read(Path file) throws IOException {
    List<List<String>> records = Csv.parse(Files.readString(file));
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < records.size(); i++) {
      Fields fields = new Fields(file, i, records.getFirst(), records.get(i));
      try {
        rows.add(row(fields));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ", record " + i + ": " + e.getMessage(), e);
      }
    }
    return rows;
  }

  static Map<String, Function<Row, String>> columns(FitPlan plan) {
    Map<String, Function<Row, String>> columns = new LinkedHashMap<>();
    columns.put("run", Row::run);
    columns.put("cluster", Row::cluster);
    columns.put("heldOut", Row::heldOut);
    columns.put("step", row -> Long.toString(row.step()));
    columns.put("tokens", row -> Long.toString(row.tokens()));
    columns.put("loss", row -> number(row.loss()));
    columns.put("standardError", row -> number(row.standardError()));
    columns.put("bitsPerByte", row -> number(row.bitsPerByte().orElse(Double.NaN)));
    columns.put("trainLoss", row -> number(row.trainLoss()));
    columns.put("params", row -> Long.toString(row.params().get(plan.params())));
    columns.put("flops", row -> number(row.flops(plan.flops(), plan.params())));
    for (Convention convention : Convention.values()) {
      columns.put(column(convention), row -> Long.toString(row.params().get(convention)));
    }
    columns.put("flopsExact", row -> number(row.exactFlops()));
    columns.put("flops6ND", row -> number(row.flops(FitPlan.Flops.SIX_ND, plan.params())));
    columns.put("epochs", row -> number(row.epochs()));
    columns.put("uniqueTokens", row -> Long.toString(row.uniqueTokens()));
    columns.put("tokensPerStep", row -> Long.toString(row.tokensPerStep()));
    columns.put("schedule", row -> row.schedule().schedule());
    columns.put("peakLearningRate", row -> number(row.schedule().peak()));
    columns.put("warmupTokens", row -> number(row.schedule().warmupTokens()));
    columns.put("totalTokens", row -> number(row.schedule().totalTokens()));
    columns.put("fractionOfPeak", row -> number(row.schedule().fractionOfPeak()));
    columns.put("learningRate", row -> number(row.learningRate()));
    columns.put("seed", row -> Long.toString(row.seed()));
    columns.put("state", row -> Words.of(row.state()));
    columns.put("use", row -> Words.of(row.use()));
    columns.put("reason", Row::reason);
    return columns;
  }

  private static Row row(Fields fields) throws IOException {
    Map<Convention, Long> params = new EnumMap<>(Convention.class);
    for (Convention convention : Convention.values()) {
      params.put(convention, Long.valueOf(fields.text(column(convention))));
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
        fields.text("reason"));
  }

  /** The columns of one record, by name. */
  private record Fields(Path file, int number, List<String> names, List<String> values) {
    String text(String column) throws IOException {
      int index = names.indexOf(column);
      if (index < 0) {
        throw new IOException(file + " has no column '" + column + "'; it has " + names);
      }
      if (index >= values.size()) {
        throw new IOException(
            "%s, record %d: %d fields, but there are %d columns"
                .formatted(file, number, values.size(), names.size()));
      }
      return values.get(index);
    }

    double number(String column) throws IOException {
      String text = text(column);
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
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

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
