package kleiber.experiment;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Records as JSON, in one form only: the same values always give the same bytes. Numbers are
 * written as RFC 8785 writes them (the shortest digits that read back to the same double; a whole
 * number without a point), but a long keeps all its digits. An empty Optional is left out. Where a
 * component's type is an interface, {@code type} names the record that stands there, unless it is
 * the one that is meant without a name.
 */
public final class Json {
  private final boolean canonical;
  private final boolean typed;
  private final StringBuilder text = new StringBuilder();

  private Json(boolean canonical, boolean typed) {
    this.canonical = canonical;
    this.typed = typed;
  }

  /**
   * The canonical form, of which run ids are the hash: keys sorted.
   *
   * @throws IllegalArgumentException when a number is not finite
   */
  public static String canonical(Record value) {
    return new Json(true, false).of(value);
  }

  /** The same, with the type also of what is meant without one. */
  static String typed(Record value) {
    return new Json(true, true).of(value);
  }

  /** One line of a log: keys in the order of the record, numbers that are not finite as null. */
  public static String line(Record value) {
    return new Json(false, false).of(value);
  }

  private String of(Record value) {
    write(value, value.getClass());
    return text.toString();
  }

  private void write(Object value, Type declared) {
    switch (value) {
      case String s -> writeString(s);
      case Boolean b -> text.append(b.booleanValue());
      case Integer i -> text.append(i.intValue());
      case Long l -> text.append(l.longValue());
      case Double d -> text.append(number(d));
      case Enum<?> constant -> writeString(Words.of(constant));
      case OptionalDouble d -> text.append(number(d.getAsDouble()));
      case OptionalLong l -> text.append(l.getAsLong());
      case OptionalInt i -> text.append(i.getAsInt());
      case Optional<?> optional -> write(optional.get(), argument(declared, 0));
      case List<?> list -> writeList(list, argument(declared, 0));
      case Map<?, ?> map -> writeMap(map, argument(declared, 1));
      case Record settings -> writeRecord(settings, declared);
      default ->
          throw new IllegalArgumentException(
              "a " + value.getClass().getName() + " has no form in JSON here");
    }
  }

  private void writeList(List<?> list, Type item) {
    text.append('[');
    for (Object value : list) {
      separate('[');
      write(value, item);
    }
    text.append(']');
  }

  private void writeMap(Map<?, ?> map, Type valueType) {
    text.append('{');
    for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
      writeKey((String) entry.getKey());
      write(entry.getValue(), valueType);
    }
    text.append('}');
  }

  private void writeRecord(Record settings, Type declared) {
    RecordType type = RecordType.of(settings.getClass());
    boolean named =
        declared instanceof Class<?> raw
            && raw.isInterface()
            && (typed || Binder.untyped(raw).filter(settings.getClass()::equals).isEmpty());
    text.append('{');
    for (RecordComponent component : canonical ? type.sorted() : type.components()) {
      if (named && (!canonical || Binder.TYPE.compareTo(component.getName()) < 0)) {
        writeType(settings);
        named = false;
      }
      Object value = value(settings, component);
      if (!isEmpty(value)) {
        writeKey(component.getName());
        write(value, component.getGenericType());
      }
    }
    if (named) {
      writeType(settings);
    }
    text.append('}');
  }

  private void writeType(Record settings) {
    writeKey(Binder.TYPE);
    writeString(settings.getClass().getSimpleName());
  }

  private void writeKey(String key) {
    separate('{');
    writeString(key);
    text.append(':');
  }

  /** A comma, but not after what opened. */
  private void separate(char opening) {
    if (text.charAt(text.length() - 1) != opening) {
      text.append(',');
    }
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
  static String string(String value) {
    Json json = new Json(false, false);
    json.writeString(value);
    return json.text.toString();
  }

  private void writeString(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          boolean raw =
              c >= ' ' && c < 0x7F || c >= 0xA0 && c != 0x2028 && c != 0x2029 && c < 0xFEFF;
          if (raw) {
            text.append(c);
          } else {
            text.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    text.append('"');
  }

  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
