package kleiber.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Records as JSON, in one form only: the same values always give the same bytes. Numbers are
 * written as RFC 8785 writes them (the shortest digits that read back to the same double; a whole
 * number without a point), but a long keeps all its digits. An empty Optional is left out. Where a
 * component's type is an interface, {@code type} names the record that stands there.
 */
public final class Json {
  private final boolean canonical;

  private Json(boolean canonical) {
    this.canonical = canonical;
  }

  /**
   * The canonical form, of which run ids are the hash: keys sorted.
   *
   * @throws IllegalArgumentException when a number is not finite
   */
  public static String canonical(Record value) {
    return new Json(true).text(value, value.getClass());
  }

  /** One line of a log: keys in the order of the record, numbers that are not finite as null. */
  public static String line(Record value) {
    return new Json(false).text(value, value.getClass());
  }

  private String text(Object value, Type declared) {
    return switch (value) {
      case String text -> string(text);
      case Boolean b -> b.toString();
      case Integer i -> i.toString();
      case Long l -> l.toString();
      case Double d -> number(d);
      case Enum<?> constant -> string(Words.of(constant));
      case OptionalDouble d -> number(d.getAsDouble());
      case OptionalLong l -> Long.toString(l.getAsLong());
      case OptionalInt i -> Integer.toString(i.getAsInt());
      case Optional<?> optional -> text(optional.get(), argument(declared, 0));
      case List<?> list -> {
        Type item = argument(declared, 0);
        yield list.stream().map(v -> text(v, item)).collect(Collectors.joining(",", "[", "]"));
      }
      case Map<?, ?> map -> object(texts(map, argument(declared, 1)));
      case Record settings -> object(texts(settings, declared));
      default ->
          throw new IllegalArgumentException(
              "a " + value.getClass().getName() + " has no form in JSON here");
    };
  }

  private Map<String, String> texts(Map<?, ?> map, Type valueType) {
    Map<String, String> texts = new TreeMap<>();
    map.forEach((key, value) -> texts.put((String) key, text(value, valueType)));
    return texts;
  }

  private Map<String, String> texts(Record settings, Type declared) {
    Map<String, String> texts = canonical ? new TreeMap<>() : new LinkedHashMap<>();
    if (declared instanceof Class<?> type && type.isInterface()) {
      texts.put(Binder.TYPE, string(settings.getClass().getSimpleName()));
    }
    for (RecordComponent component : RecordType.of(settings.getClass()).components()) {
      Object value = value(settings, component);
      if (!isEmpty(value)) {
        texts.put(component.getName(), text(value, component.getGenericType()));
      }
    }
    return texts;
  }

  private static Object value(Record settings, RecordComponent component) {
    try {
      return component.getAccessor().invoke(settings);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static boolean isEmpty(Object value) {
    return switch (value) {
      case Optional<?> o -> o.isEmpty();
      case OptionalDouble o -> o.isEmpty();
      case OptionalLong o -> o.isEmpty();
      case OptionalInt o -> o.isEmpty();
      default -> false;
    };
  }

  private static String object(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(e -> string(e.getKey()) + ":" + e.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String number(double value) {
    if (Double.isFinite(value)) {
      return shortest(value);
    }
    if (canonical) {
      throw new IllegalArgumentException("a setting is " + value + " but must be finite");
    }
    return "null";
  }

  /** A finite double as ECMAScript prints it: 1000000, 0.001, 1e-7, 1.5e+21. */
  static String shortest(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    BigDecimal oneDigit = exact.round(new MathContext(1)); // Java never gives fewer than two
    if (oneDigit.doubleValue() == Math.abs(value)) {
      exact = oneDigit.stripTrailingZeros();
    }
    String digits = exact.unscaledValue().toString();
    int count = digits.length();
    int point = count - exact.scale(); // the value is 0.digits · 10^point
    String sign = value < 0 ? "-" : "";
    if (point > 21 || point < -5) {
      String fraction = count == 1 ? "" : "." + digits.substring(1);
      String exponent = (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
      return sign + digits.charAt(0) + fraction + exponent;
    }
    if (point >= count) {
      return sign + digits + "0".repeat(point - count);
    }
    if (point > 0) {
      return sign + digits.substring(0, point) + "." + digits.substring(point);
    }
    return sign + "0." + "0".repeat(-point) + digits;
  }

  /** A text in quotes; what YAML forbids to stand raw is escaped too. */
  static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          boolean raw =
              c >= ' ' && c < 0x7F || c >= 0xA0 && c != 0x2028 && c != 0x2029 && c < 0xFEFF;
          quoted.append(raw ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
      }
    }
    return quoted.append('"').toString();
  }

  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
