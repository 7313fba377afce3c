package kleiber.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import kleiber.laws.Law;
import kleiber.laws.Parameter;
import kleiber.laws.TrajectoryLaw;
import kleiber.observe.Quantity;

/** A law as a list shows it. */
final class LawText {
  private LawText() {}

  /** Formula, parameters and source of a law; nothing of any other class. */
  static List<String> lines(Class<?> type) {
    if (Law.class.isAssignableFrom(type)) {
      Law law = (Law) instance(type);
      return lines(law.formula(), law.parameters(), law.source());
    }
    if (TrajectoryLaw.class.isAssignableFrom(type)) {
      TrajectoryLaw law = (TrajectoryLaw) instance(type);
      return lines(law.formula(), law.parameters(), law.source());
    }
    return List.of();
  }

  private static List<String> lines(String formula, List<Parameter> parameters, String source) {
    return List.of(
        formula, parameters.stream().map(LawText::text).collect(Collectors.joining("; ")), source);
  }

  private static String text(Parameter parameter) {
    return "%s %s, %s to %s"
        .formatted(
            parameter.name(),
            parameter.unit(),
            Quantity.significant(parameter.low(), 3),
            Quantity.significant(parameter.high(), 3));
  }

  /** The law with its plainest settings: one of whatever is counted, the first of any choice. */
  private static Object instance(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values =
        Arrays.stream(components).map(component -> plainest(component.getType())).toArray();
    try {
      Constructor<?> constructor =
          type.getConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made with plain settings", e);
    }
  }

  private static Object plainest(Class<?> type) {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type == int.class) {
      return 1;
    }
    if (type == double.class) {
      return 1.0;
    }
    throw new IllegalStateException("a law with a setting of " + type + " has no plain form here");
  }
}
