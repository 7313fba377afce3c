package kleiber.observe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kleiber.experiment.UserException;

/**
 * JSON Lines: one object a line. A value within an object within is a column with dots in its name,
 * {@code heldOut.main.loss}. The file is read twice, since a key may first appear in its last line.
 */
final class JsonLines extends TableReader {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Map<String, Integer> indices = new LinkedHashMap<>();
  private final List<String> columns;
  private final String[] values;
  private BufferedReader in;
  private long line;

  JsonLines(Path file) throws IOException {
    super(file);
    this.in = Files.newBufferedReader(file);
    try {
      for (JsonNode row = read(); row != null; row = read()) {
        names(row, "");
      }
      if (indices.isEmpty()) {
        throw new UserException(file + " holds no values; expected one JSON object in each line");
      }
    } finally {
      in.close();
    }
    columns = List.copyOf(indices.keySet());
    values = new String[columns.size()];
    line = 0;
    in = Files.newBufferedReader(file);
  }

  private void names(JsonNode row, String prefix) {
    row.forEachEntry(
        (key, value) -> {
          if (value.isObject()) {
            names(value, prefix + key + ".");
          } else {
            indices.putIfAbsent(prefix + key, indices.size());
          }
        });
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() throws IOException {
    JsonNode row = read();
    if (row == null) {
      return false;
    }
    Arrays.fill(values, "");
    values(row, "");
    return true;
  }

  private void values(JsonNode row, String prefix) {
    row.forEachEntry(
        (key, value) -> {
          if (value.isObject()) {
            values(value, prefix + key + ".");
          } else if (!value.isNull()) {
            values[indices.get(prefix + key)] =
                value.isValueNode() ? value(value.asText()) : value.toString();
          }
        });
  }

  /** The object of the next line that is not blank; null when there is none. */
  private JsonNode read() throws IOException {
    try {
      String text;
      do {
        text = in.readLine();
        line++;
      } while (text != null && text.isBlank());
      if (text == null) {
        return null;
      }
      JsonNode row = MAPPER.readTree(text.charAt(0) == '\uFEFF' ? text.substring(1) : text);
      if (!row.isObject()) {
        throw new UserException("%s, %s: expected a JSON object".formatted(file(), place()));
      }
      return row;
    } catch (JacksonException e) {
      throw new UserException(
          "%s, %s: not a JSON object: %s".formatted(file(), place(), e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw new UserException(file() + ", line " + line + " or after: it is not UTF-8 text", e);
    }
  }

  @Override
  long position() {
    return line;
  }

  @Override
  String place(long position) {
    return "line " + position;
  }

  @Override
  public String text(int column) {
    return values[column];
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
