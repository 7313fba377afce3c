package kleiber.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.train.TrainingSpec;

/**
 * The form of experiment files as a JSON schema (2020-12), for editors: keys, types, and the names
 * that there are to choose from. It is derived from the records that the files are read into. What
 * a schema cannot say (sizes that do not fit together, a rule that meets a given value) is told
 * when a file is read.
 */
public final class ExperimentSchema {
  private static final Set<Class<?>> REALS = Set.of(double.class, Double.class);
  private static final Set<Class<?>> WHOLES =
      Set.of(long.class, Long.class, int.class, Integer.class);
  private static final Set<Class<?>> TRUTHS = Set.of(boolean.class, Boolean.class);

  /** Whether keys may be missing: those of {@code base} may stand in the grid or in rules. */
  private enum Form {
    WHOLE,
    PARTIAL
  }

  private final JsonNodeFactory nodes = JsonNodeFactory.instance;
  private final ObjectNode definitions = nodes.objectNode();

  private ExperimentSchema() {}

  /** The schema. */
  public static String json() {
    return new ExperimentSchema().root().toPrettyString();
  }

  private ObjectNode root() {
    ObjectNode properties = nodes.objectNode();
    properties.set("name", described(type("string"), "names the folder of the results"));
    properties.set("question", described(type("string"), "what the experiment asks"));
    properties.set("base", schema(TrainingSpec.class, Form.PARTIAL));
    properties.set("rules", array(schema(Rule.class, Form.WHOLE), 0));
    properties.set("grid", array(block(), 1));
    properties.set(
        "probes",
        described(array(block(), 1), "runs that the law is kept from; studies read them"));
    properties.set("fit", schema(FitPlan.class, Form.WHOLE));
    properties.set("studies", array(schema(StudyPlan.class, Form.WHOLE), 0));
    ObjectNode root = nodes.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Kleiber experiment");
    root.setAll(object(properties, List.of("name", "question", "base", "grid", "fit")));
    root.set("$defs", definitions);
    return root;
  }

  /** Axes: a setting, or a dotted path to one, with its values. */
  private ObjectNode block() {
    ObjectNode axes = nodes.objectNode();
    for (RecordComponent component : TrainingSpec.class.getRecordComponents()) {
      axes.set(component.getName(), array(schema(component.getGenericType(), Form.PARTIAL), 1));
    }
    ObjectNode block = type("object").put("minProperties", 1);
    block.set("properties", axes);
    block.set("patternProperties", nodes.objectNode().set("\\.", array(nodes.objectNode(), 1)));
    return block.put("additionalProperties", false);
  }

  private ObjectNode schema(Type type, Form form) {
    Class<?> raw = (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
    if (raw == Optional.class) {
      return orNull(schema(Json.argument(type, 0), form));
    } else if (raw == OptionalDouble.class) {
      return orNull(type("number"));
    } else if (raw == OptionalLong.class || raw == OptionalInt.class) {
      return orNull(type("integer"));
    } else if (raw == List.class) {
      return array(schema(Json.argument(type, 0), form), 0);
    } else if (raw == Map.class) {
      ObjectNode map = type("object");
      map.set("additionalProperties", schema(Json.argument(type, 1), form));
      return map;
    } else if (raw.isEnum()) {
      return words(
          Stream.of(raw.getEnumConstants()).map(each -> Words.of((Enum<?>) each)).toList());
    } else if (REALS.contains(raw)) {
      return type("number");
    } else if (WHOLES.contains(raw)) {
      return type("integer");
    } else if (TRUTHS.contains(raw)) {
      return type("boolean");
    } else if (raw == String.class) {
      return texts();
    } else if (raw.isRecord() || raw.isInterface()) {
      return reference(raw, form);
    }
    throw new IllegalArgumentException("a setting of " + type + " has no form in YAML");
  }

  private ObjectNode reference(Class<?> type, Form form) {
    String name = type.getSimpleName() + (form == Form.PARTIAL ? "InPart" : "");
    if (!definitions.has(name)) {
      definitions.set(name, nodes.objectNode()); // types may hold themselves
      definitions.set(name, type.isRecord() ? record(type, form, false) : choice(type, form));
    }
    return nodes.objectNode().put("$ref", "#/$defs/" + name);
  }

  private ObjectNode record(Class<?> type, Form form, boolean named) {
    ObjectNode properties = nodes.objectNode();
    List<String> required = new ArrayList<>();
    if (named) {
      properties.set(Binder.TYPE, words(List.of(type.getSimpleName())));
    }
    for (RecordComponent component : RecordType.of(type).components()) {
      properties.set(component.getName(), schema(component.getGenericType(), form));
      if (form == Form.WHOLE && !Binder.isOptional(component.getType())) {
        required.add(component.getName());
      }
    }
    return object(properties, required);
  }

  /** One of the records that implement an interface, by its type. */
  private ObjectNode choice(Class<?> type, Form form) {
    Map<String, Class<?>> records = Binder.records(type);
    Optional<Class<?>> untyped = Binder.untyped(type);
    ArrayNode cases = nodes.arrayNode();
    records.forEach(
        (name, found) -> {
          ObjectNode named = nodes.objectNode();
          named.set("properties", nodes.objectNode().set(Binder.TYPE, words(List.of(name))));
          if (untyped.filter(found::equals).isEmpty()) { // a condition that an absent type meets
            named.set("required", nodes.arrayNode().add(Binder.TYPE));
          }
          ObjectNode one = nodes.objectNode();
          one.set("if", named);
          one.set("then", record(found, form, true));
          cases.add(one);
        });
    ObjectNode choice = type("object");
    choice.set("properties", nodes.objectNode().set(Binder.TYPE, words(records.keySet())));
    if (form == Form.WHOLE && untyped.isEmpty()) {
      choice.set("required", nodes.arrayNode().add(Binder.TYPE));
    }
    choice.set("allOf", cases);
    return choice;
  }

  private ObjectNode object(ObjectNode properties, Collection<String> required) {
    ObjectNode object = type("object");
    object.set("properties", properties);
    object.set("required", strings(required));
    return object.put("additionalProperties", false);
  }

  private ObjectNode array(ObjectNode items, int least) {
    ObjectNode array = type("array").put("minItems", least);
    array.set("items", items);
    return array;
  }

  private ObjectNode orNull(ObjectNode schema) {
    ObjectNode either = nodes.objectNode();
    either.set("anyOf", nodes.arrayNode().add(schema).add(type("null")));
    return either;
  }

  private ObjectNode words(Collection<String> words) {
    ObjectNode one = nodes.objectNode();
    one.set("enum", strings(words));
    return one;
  }

  private ArrayNode strings(Collection<String> values) {
    ArrayNode array = nodes.arrayNode();
    values.forEach(array::add);
    return array;
  }

  /** A text may be written without quotes, and then look like something else. */
  private ObjectNode texts() {
    ObjectNode text = nodes.objectNode();
    text.set("type", nodes.arrayNode().add("string").add("number").add("boolean"));
    return text;
  }

  private ObjectNode type(String name) {
    return nodes.objectNode().put("type", name);
  }

  private static ObjectNode described(ObjectNode schema, String description) {
    return schema.put("description", description);
  }
}
