package kleiber.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import kleiber.train.Untyped;

/**
 * Makes records from trees. Every component must be given, save those that are Optional; no other
 * key may be, save in logs; every error says where, what was given, and what there is to choose
 * from. A component whose type is an interface is given as a mapping whose {@code type} names a
 * record of the interface's own package; where the interface is {@link Untyped}, it may leave that
 * out.
 */
public final class Binder {
  /** The key that names the record where an interface is expected. */
  public static final String TYPE = "type";

  /** By interface, the records that may stand there. */
  private static final ClassValue<Map<String, Class<?>>> RECORDS =
      new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> type) {
          Map<String, Class<?>> known = new TreeMap<>(Catalogue.of(type));
          known.values().removeIf(candidate -> !candidate.isRecord());
          return Collections.unmodifiableMap(known);
        }
      };

  private final String root;
  private final String context;
  private final boolean log;

  private Binder(String root, String context, boolean log) {
    this.root = root;
    this.context = context;
    this.log = log;
  }

  /** For settings. */
  public static Binder settings() {
    return settings("the file", "");
  }

  /**
   * For settings.
   *
   * @param root what errors call the record as a whole
   * @param context what a record that refuses its values was made for, added to the sentence
   */
  static Binder settings(String root, String context) {
    return new Binder(root, context, false);
  }

  /**
   * For logs: a number that is null was not finite, and a key that is not known here was written by
   * another version, which must not make the log unreadable.
   */
  public static Binder log() {
    return new Binder("the file", "", true);
  }

  /**
   * The record, number or other value that {@code node} gives.
   *
   * @throws UserException when it does not give one
   */
  public <T> T bind(Node node, Class<T> type) {
    return bind(node, type, "");
  }

  /**
   * The same, for a part.
   *
   * @param path what errors call it
   */
  @SuppressWarnings("unchecked") // value() returns what it is asked for, boxed
  <T> T bind(Node node, Class<T> type, String path) {
    return (T) value(node, type, path);
  }

  private Object value(Node node, Type type, String path) {
    Class<?> raw = (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
    if (raw == Node.class) {
      return node;
    }
    if (raw == Optional.class) {
      return node.isNull()
          ? Optional.empty()
          : Optional.of(value(node, Json.argument(type, 0), path));
    }
    if (raw == OptionalDouble.class) {
      return node.isNull() ? OptionalDouble.empty() : OptionalDouble.of(Scalars.real(node, path));
    }
    if (raw == OptionalLong.class) {
      return node.isNull() ? OptionalLong.empty() : OptionalLong.of(Scalars.whole(node, path));
    }
    if (raw == OptionalInt.class) {
      return node.isNull() ? OptionalInt.empty() : OptionalInt.of(Scalars.integer(node, path));
    }
    if (raw == List.class) {
      return list(node, Json.argument(type, 0), path);
    }
    if (raw == Map.class) {
      return map(node, Json.argument(type, 1), path);
    }
    if (raw.isRecord()) {
      if (node instanceof Node.Mapping mapping) {
        return record(mapping, raw, path, Set.of());
      }
      throw Scalars.wrong(node, path, "a mapping with " + keys(raw));
    }
    if (raw.isInterface()) {
      return implementation(node, raw, path);
    }
    if (raw.isEnum()) {
      return Scalars.constant(node, raw, path);
    }
    if (raw == double.class || raw == Double.class) {
      return log && node.isNull() ? Double.NaN : Scalars.real(node, path);
    }
    if (raw == long.class || raw == Long.class) {
      return Scalars.whole(node, path);
    }
    if (raw == int.class || raw == Integer.class) {
      return Scalars.integer(node, path);
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return Scalars.truth(node, path);
    }
    if (raw == String.class) {
      return Scalars.text(node, path);
    }
    throw new IllegalArgumentException("a setting of " + type + " cannot be read from YAML");
  }

  private Object record(Node.Mapping mapping, Class<?> type, String path, Set<String> besides) {
    RecordComponent[] components = RecordType.of(type).components();
    String title = besides.contains(TYPE) ? type.getSimpleName() : title(path);
    if (!log) {
      refuseUnknownKeys(mapping, type, title, besides);
    }
    List<String> missing =
        Arrays.stream(components)
            .filter(c -> !isOptional(c.getType()) && mapping.get(c.getName()).isEmpty())
            .map(RecordComponent::getName)
            .toList();
    if (!missing.isEmpty()) {
      String place = title.equals(title(path)) ? "" : Scalars.subject(path);
      throw mapping.mark().error(place + title + " lacks " + Names.and(missing) + context);
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      String name = components[i].getName();
      Node absent = new Node.Scalar("", false, mapping.mark());
      values[i] =
          value(
              mapping.get(name).orElse(absent),
              components[i].getGenericType(),
              path.isEmpty() ? name : path + "." + name);
    }
    return construct(type, values, title, mapping.mark());
  }

  /** What a file calls a record that has no type: the key that it stands at. */
  private String title(String path) {
    return path.isEmpty() ? root : path;
  }

  /**
   * Refuses keys that a record does not have, besides some that it may.
   *
   * @param title what errors call the record
   */
  static void refuseUnknownKeys(
      Node.Mapping mapping, Class<?> type, String title, Set<String> besides) {
    List<String> known = RecordType.of(type).names();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key) && !besides.contains(key)) {
                String sentence = "unknown key '" + key + "' in " + title + "; ";
                throw entry.key().error(sentence + Names.known(key, known));
              }
            });
  }

  private Object construct(Class<?> type, Object[] values, String title, Mark mark) {
    try {
      return RecordType.of(type).make(values);
    } catch (InvocationTargetException e) {
      String sentence =
          e.getCause() instanceof IllegalArgumentException refusal
              ? refusal.getMessage()
              : "these values do not work: " + e.getCause();
      throw new UserException(mark + ": " + title + ": " + sentence + context, e.getCause());
    }
  }

  /** The records that may stand where an interface is asked for, by name. */
  static Map<String, Class<?>> records(Class<?> type) {
    return RECORDS.get(type);
  }

  private Object implementation(Node node, Class<?> type, String path) {
    Map<String, Class<?>> known = records(type);
    if (!(node instanceof Node.Mapping mapping)) {
      throw Scalars.wrong(node, path, "{type: …} with one of " + String.join(", ", known.keySet()));
    }
    Optional<Class<?>> untyped = untyped(type);
    if (untyped.isPresent() && mapping.get(TYPE).isEmpty()) {
      return record(mapping, untyped.get(), path, Set.of());
    }
    Node named =
        mapping
            .get(TYPE)
            .orElseThrow(
                () ->
                    node.mark()
                        .error(
                            Scalars.subject(path)
                                + "lacks type, one of "
                                + String.join(", ", known.keySet())));
    String name = Scalars.text(named, path.isEmpty() ? TYPE : path + "." + TYPE);
    Class<?> found = known.get(name);
    if (found == null) {
      String sentence =
          "unknown %s '%s'; ".formatted(type.getSimpleName().replaceFirst("Plan$", ""), name);
      throw named.mark().error(sentence + Names.known(name, known.keySet()));
    }
    return record(mapping, found, path, Set.of(TYPE));
  }

  /** The record that is meant where no type is named, if there is one. */
  static Optional<Class<?>> untyped(Class<?> type) {
    return Optional.ofNullable(type.getAnnotation(Untyped.class)).map(Untyped::value);
  }

  private List<Object> list(Node node, Type item, String path) {
    if (!(node instanceof Node.Sequence sequence)) {
      throw Scalars.wrong(node, path, "a list");
    }
    List<Object> values = new ArrayList<>();
    for (Node each : sequence.items()) {
      values.add(value(each, item, path + "." + values.size()));
    }
    return List.copyOf(values);
  }

  private Map<String, Object> map(Node node, Type valueType, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping(node, path, "a mapping from names to settings")
        .entries()
        .forEach(
            (key, entry) -> values.put(key, value(entry.value(), valueType, path + "." + key)));
    return values;
  }

  private static Node.Mapping mapping(Node node, String path, String expected) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw Scalars.wrong(node, path, expected);
  }

  private static String keys(Class<?> type) {
    List<String> names = RecordType.of(type).names();
    return names.isEmpty() ? "no keys" : String.join(", ", names);
  }

  /** Whether a setting of that type may be left out. */
  static boolean isOptional(Class<?> type) {
    return type == Optional.class
        || type == OptionalDouble.class
        || type == OptionalLong.class
        || type == OptionalInt.class;
  }
}
