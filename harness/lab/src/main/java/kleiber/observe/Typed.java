package kleiber.observe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kleiber.experiment.Catalogue;
import kleiber.experiment.Names;
import kleiber.experiment.UserException;

/**
 * A record of a package that is its own registry, as a command line names it: {@code Chinchilla},
 * {@code huber:1e-3}, {@code BrokenPowerLaw:breaks=2,x=flops}. Settings stand in the order of the
 * record or are named; capitals and hyphens in names do not matter.
 */
public final class Typed {
  private Typed() {}

  /**
   * The record that a text names.
   *
   * @param kind an interface; the class is sought beside it
   * @throws UserException when there is no such class, or its settings do not fit it
   */
  public static <T> T parse(Class<T> kind, String text) {
    String[] parts = text.strip().split(":", 2);
    Class<?> type = find(kind, parts[0]);
    RecordComponent[] components = type.getRecordComponents();
    String[] settings = parts.length < 2 ? new String[0] : parts[1].split(",", -1);
    if (settings.length != components.length) {
      throw new UserException(
          "'%s': %s has %d settings%s but %d are given"
              .formatted(
                  text, type.getSimpleName(), components.length, form(type), settings.length));
    }
    ObjectNode node = JsonRecords.MAPPER.createObjectNode().put("type", type.getSimpleName());
    for (int i = 0; i < settings.length; i++) {
      int equals = settings[i].indexOf('=');
      String name = equals < 0 ? components[i].getName() : settings[i].substring(0, equals).strip();
      put(node, component(type, name, text), settings[i].substring(equals + 1).strip(), text);
    }
    return JsonRecords.typed(node, kind);
  }

  /** The text that {@link #parse} reads back. */
  public static String text(Object value) {
    ObjectNode node = JsonRecords.typed(value);
    List<String> settings = new ArrayList<>();
    node.properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("type")) {
                settings.add(entry.getKey() + "=" + entry.getValue().asText());
              }
            });
    String name = value.getClass().getSimpleName();
    return settings.isEmpty() ? name : name + ":" + String.join(",", settings);
  }

  private static Class<?> find(Class<?> kind, String name) {
    return Catalogue.of(kind).entrySet().stream()
        .filter(entry -> plain(entry.getKey()).equals(plain(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "'%s' is no %s; %s"
                        .formatted(
                            name,
                            kind.getSimpleName().toLowerCase(Locale.ROOT),
                            Names.known(name, Catalogue.of(kind).keySet()))))
        .getValue();
  }

  private static String plain(String name) {
    return name.strip().replaceAll("[-_ ]", "").toLowerCase(Locale.ROOT);
  }

  private static RecordComponent component(Class<?> type, String name, String text) {
    Optional<RecordComponent> found =
        Arrays.stream(type.getRecordComponents())
            .filter(component -> component.getName().equals(name))
            .findFirst();
    return found.orElseThrow(
        () ->
            new UserException(
                "'%s': %s has no setting '%s'%s"
                    .formatted(text, type.getSimpleName(), name, form(type))));
  }

  private static void put(ObjectNode node, RecordComponent component, String value, String text) {
    Class<?> type = component.getType();
    if (type == double.class || type == int.class || type == long.class) {
      double number = TableReader.parse(value);
      if (Double.isNaN(number)) {
        throw new UserException(
            "'%s': %s is '%s' but must be a number".formatted(text, component.getName(), value));
      }
      if (type == double.class) {
        node.put(component.getName(), number);
      } else {
        if (number != Math.rint(number)) {
          throw new UserException(
              "'%s': %s is '%s' but must be a whole number"
                  .formatted(text, component.getName(), value));
        }
        node.put(component.getName(), (long) number);
      }
    } else if (type.isEnum()) {
      node.put(component.getName(), value.toUpperCase(Locale.ROOT).replace('-', '_'));
    } else {
      node.put(component.getName(), value);
    }
  }

  /** How the settings are written, as an ending of a sentence. */
  private static String form(Class<?> type) {
    List<String> names =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    return names.isEmpty()
        ? ""
        : ", " + type.getSimpleName() + ":" + String.join("=…,", names) + "=…,";
  }
}
