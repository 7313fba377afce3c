package kleiber.report;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;

/** The settings of several records side by side: only those in which they differ. */
final class Settings {
  private Settings() {}

  /** For each record, in order, {@code "layers 2, width 64"}; empty text when all are equal. */
  static List<String> thatDiffer(List<? extends Object> records) {
    List<Map<String, String>> flat = records.stream().map(Settings::flat).toList();
    return flat.stream()
        .map(
            settings ->
                settings.entrySet().stream()
                    .filter(
                        entry ->
                            flat.stream()
                                .anyMatch(
                                    other ->
                                        !Objects.equals(
                                            other.get(entry.getKey()), entry.getValue())))
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(", ")))
        .toList();
  }

  private static Map<String, String> flat(Object value) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("type", value.getClass().getSimpleName());
    add(settings, "", value);
    return settings;
  }

  private static void add(Map<String, String> settings, String name, Object value) {
    switch (value) {
      case Record group -> {
        for (RecordComponent component : group.getClass().getRecordComponents()) {
          String inner = name.isEmpty() ? component.getName() : name + "." + component.getName();
          add(settings, inner, read(group, component));
        }
      }
      case Optional<?> optional when optional.isPresent() -> add(settings, name, optional.get());
      case Double number -> settings.put(name, Quantity.significant(number, 4));
      case Enum<?> constant -> settings.put(name, Words.of(constant));
      default -> settings.put(name, value.toString());
    }
  }

  private static Object read(Record group, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(group);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
