package kleiber.observe;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.UserException;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A Parquet file, one row group at a time. Columns are the leaves of its schema, those of groups
 * within groups with dots in their names; a leaf that repeats within a row is no column.
 */
final class ParquetTable extends TableReader {
  private final ParquetFileReader in;
  private final MessageType schema;
  private final List<ColumnDescriptor> leaves;
  private final List<String> columns;
  private final ColumnReader[] readers;
  private final String writer;
  private long row;
  private long left;

  ParquetTable(Path file) throws IOException {
    super(file);
    try {
      in =
          ParquetFileReader.open(
              new LocalInputFile(file),
              ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    } catch (RuntimeException e) {
      throw broken(e);
    }
    schema = in.getFileMetaData().getSchema();
    writer = in.getFileMetaData().getCreatedBy();
    leaves =
        schema.getColumns().stream().filter(leaf -> leaf.getMaxRepetitionLevel() == 0).toList();
    columns = leaves.stream().map(leaf -> String.join(".", leaf.getPath())).toList();
    readers = new ColumnReader[columns.size()];
    in.setRequestedSchema(leaves);
  }

  private UserException broken(Exception cause) {
    return new UserException(
        file() + " cannot be read as Parquet, or is cut off: " + cause.getMessage(), cause);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() throws IOException {
    try {
      if (row > 0) {
        for (ColumnReader reader : readers) {
          reader.consume();
        }
      }
      while (left == 0) {
        PageReadStore group = in.readNextRowGroup();
        if (group == null) {
          return false;
        }
        left = group.getRowCount();
        var store = new ColumnReadStoreImpl(group, new Unconverted(), schema, writer);
        for (int i = 0; i < readers.length; i++) {
          readers[i] = store.getColumnReader(leaves.get(i));
        }
      }
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
    left--;
    row++;
    return true;
  }

  private boolean holds(int column) {
    return readers[column].getCurrentDefinitionLevel()
        == leaves.get(column).getMaxDefinitionLevel();
  }

  @Override
  public String text(int column) {
    if (!holds(column)) {
      return "";
    }
    ColumnReader reader = readers[column];
    PrimitiveType type = leaves.get(column).getPrimitiveType();
    if (type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
      return new BigDecimal(unscaled(reader, type), decimal.getScale()).toPlainString();
    }
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> Integer.toString(reader.getInteger());
      case INT64 -> Long.toString(reader.getLong());
      case FLOAT -> Float.toString(reader.getFloat());
      case DOUBLE -> Double.toString(reader.getDouble());
      case BOOLEAN -> Boolean.toString(reader.getBoolean());
      case BINARY -> value(reader.getBinary().toStringUsingUTF8());
      case FIXED_LEN_BYTE_ARRAY, INT96 ->
          throw new UserException(
              "%s: column '%s' is of the type %s, which is not read here; expected numbers or text"
                  .formatted(file(), columns.get(column), type.getPrimitiveTypeName()));
    };
  }

  @Override
  public double number(int column) {
    boolean direct =
        leaves.get(column).getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE;
    return direct && holds(column) ? readers[column].getDouble() : super.number(column);
  }

  private static BigInteger unscaled(ColumnReader reader, PrimitiveType type) {
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> BigInteger.valueOf(reader.getInteger());
      case INT64 -> BigInteger.valueOf(reader.getLong());
      default -> new BigInteger(reader.getBinary().getBytes());
    };
  }

  @Override
  long position() {
    return row;
  }

  @Override
  String place(long position) {
    return "row " + position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Stands where the library asks for a target of its records, of which none are made. */
  private static final class Unconverted extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return new PrimitiveConverter() {
        @Override
        public GroupConverter asGroupConverter() {
          return Unconverted.this;
        }
      };
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
