package kleiber.observe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import kleiber.experiment.Catalogue;
import kleiber.experiment.UserException;

/** Records as JSON. A number that is not finite is null there, and NaN when read back. */
final class JsonRecords {
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
      throw new UserException(
          "a %s that cannot be read: %s".formatted(type, e.getOriginalMessage()), e);
    }
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
