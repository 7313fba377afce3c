package kleiber.observe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.experiment.Catalogue;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;
import kleiber.experiment.Words;

/** Records as JSON. A number that is not finite is null there, and NaN when read back. */
public final class JsonRecords {
  private static final Pattern MISSING = Pattern.compile("Missing creator property '(\\w+)'");

  private JsonRecords() {}

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new Write())
                  .addSerializer(Double.class, new Write())
                  .addDeserializer(double.class, new Read())
                  .addDeserializer(Double.class, new Read()))
          .build();

  /** Writes a record as a file, in folders that are made where they are missing. */
  public static void write(Path file, Record value) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, MAPPER.writeValueAsString(value) + "\n");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the file is not there, or holds something else
   */
  public static <T extends Record> T read(Path file, Class<T> type) throws IOException {
    return MAPPER.readValue(file.toFile(), type);
  }

  /** A record of a package that is its own registry: its settings, and its name as {@code type}. */
  static ObjectNode typed(Object value) {
    ObjectNode node = MAPPER.createObjectNode().put("type", value.getClass().getSimpleName());
    node.setAll(MAPPER.<ObjectNode>valueToTree(value));
    return node;
  }

  /**
   * Reads what {@link #typed} wrote.
   *
   * @param kind an interface; the class is sought beside it
   * @throws UserException when there is no such class or its settings do not fit it
   */
  static <T> T typed(ObjectNode node, Class<T> kind) {
    String type = node.path("type").asText();
    Class<?> found = Catalogue.of(kind).get(type);
    if (found == null) {
      throw new UserException(
          "'%s' is no %s; there are %s"
              .formatted(type, kind.getSimpleName(), Catalogue.of(kind).keySet()));
    }
    ObjectNode settings = node.deepCopy();
    settings.remove("type");
    try {
      return kind.cast(MAPPER.treeToValue(settings, found));
    } catch (JacksonException e) {
      throw new UserException("%s: %s".formatted(type, sentence(e)), e);
    }
  }

  /** What is wrong with a text, without the library's words for it. */
  static String sentence(JacksonException e) {
    return switch (e) {
      case ValueInstantiationException value when value.getCause() != null ->
          value.getCause().getMessage();
      case UnrecognizedPropertyException unknown ->
          "'%s' is not known; it was written by another version, or for something else"
              .formatted(unknown.getPropertyName());
      case InvalidFormatException format when format.getTargetType().isEnum() ->
          "%s is '%s'; %s"
              .formatted(
                  name(format),
                  String.valueOf(format.getValue()).toLowerCase(Locale.ROOT),
                  Names.known(
                      String.valueOf(format.getValue()),
                      Arrays.stream(format.getTargetType().getEnumConstants())
                          .map(constant -> Words.of((Enum<?>) constant))
                          .toList()));
      case JsonEOFException cut -> "it is cut off";
      case StreamReadException broken ->
          "it is no JSON, from line %d on".formatted(broken.getLocation().getLineNr());
      case MismatchedInputException missing when MISSING.matcher(missing.getMessage()).find() -> {
        Matcher matcher = MISSING.matcher(missing.getMessage());
        matcher.find();
        yield "it has no '%s'; it was written by another version, or for something else"
            .formatted(matcher.group(1));
      }
      case JsonMappingException other -> name(other) + " is not what it should be";
      default -> e.getOriginalMessage();
    };
  }

  /** Where in a text something is wrong. */
  private static String name(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .reduce((outer, inner) -> outer + "." + inner)
        .orElse("it");
  }

  private static final class Write extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    Write() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }

  private static final class Read extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1;

    Read() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return json.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) throws JsonMappingException {
      return Double.NaN;
    }

    @Override
    public Double getAbsentValue(DeserializationContext context) throws JsonMappingException {
      throw JsonMappingException.from(context, "a number is missing");
    }
  }
}
