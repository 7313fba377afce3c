package kleiber.observe;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kleiber.laws.Scale;

/**
 * The losses of an experiment that its plan counts, as a table with the columns of {@code
 * observations.csv}.
 */
public final class StoredTable extends TableReader {
  /** Which of its columns holds what. */
  public static final Columns COLUMNS =
      new Columns(
          Map.of(
              Columns.N, "params",
              Columns.D, "tokens",
              Columns.C, "flops",
              Columns.LOSS, "loss",
              Columns.RUN, "run",
              Columns.STANDARD_ERROR, "standardError",
              Scale.UNIQUE_TOKENS, "uniqueTokens"));

  private final Map<String, Function<Row, Object>> columns;
  private final List<String> names;
  private final Iterator<Row> rows;
  private Row row;
  private long position;

  /**
   * @param folder of the results, for messages
   */
  public StoredTable(Path folder, Observations observations) {
    super(folder);
    columns = new LinkedHashMap<>(ObservationTable.columns(observations));
    names = List.copyOf(columns.keySet());
    rows = observations.rows().stream().filter(Row::isUsed).iterator();
  }

  @Override
  public List<String> columns() {
    return names;
  }

  @Override
  public boolean next() {
    if (!rows.hasNext()) {
      return false;
    }
    row = rows.next();
    position++;
    return true;
  }

  @Override
  String place(long at) {
    return "row " + at;
  }

  @Override
  long position() {
    return position;
  }

  @Override
  public String text(int column) {
    return ObservationTable.text(columns.get(names.get(column)).apply(row));
  }

  @Override
  public void close() {}
}
