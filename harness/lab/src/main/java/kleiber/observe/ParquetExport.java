package kleiber.observe;

import blue.strategic.parquet.Dehydrator;
import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kleiber.experiment.UserException;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The rows of {@code observations.csv} as Parquet: counts as INT64, other numbers as DOUBLE, names
 * as text; what is not known is null.
 */
public final class ParquetExport {
  private ParquetExport() {}

  /**
   * Writes a file, over one that is there.
   *
   * @throws UserException when there are no rows
   */
  public static void write(Path file, Observations observations) throws IOException {
    if (observations.rows().isEmpty()) {
      throw new UserException("there are no losses to write to " + file);
    }
    Map<String, Function<Row, Object>> columns = ObservationTable.columns(observations);
    Row first = observations.rows().getFirst();
    List<Type> fields = new ArrayList<>();
    columns.forEach((name, column) -> fields.add(type(name, column.apply(first))));
    Dehydrator<Row> dehydrator =
        (row, out) ->
            columns.forEach(
                (name, column) -> {
                  Object value = column.apply(row);
                  if (!(value instanceof Double number) || Double.isFinite(number)) {
                    out.write(name, value);
                  }
                });
    Files.deleteIfExists(file);
    try (ParquetWriter<Row> writer =
        ParquetWriter.writeFile(
            new MessageType("observations", fields), file.toFile(), dehydrator)) {
      for (Row row : observations.rows()) {
        writer.write(row);
      }
    }
  }

  private static Type type(String name, Object value) {
    return switch (value) {
      case Long _ -> Types.optional(PrimitiveTypeName.INT64).named(name);
      case Double _ -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
      default ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(name);
    };
  }
}
