package kleiber.experiment;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads leaves as the type that a setting has, by the rules of YAML 1.2's core schema: a number is
 * a number however it is written, and text in quotes never is one.
 */
final class Scalars {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
  private static final int LONGEST_NUMBER = 64;

  private Scalars() {}

  static Object constant(Node node, Class<?> type, String path) {
    Map<String, Object> known = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      known.put(Words.of((Enum<?>) constant), constant);
    }
    if (node instanceof Node.Scalar scalar && known.containsKey(scalar.text())) {
      return known.get(scalar.text());
    }
    String given = node instanceof Node.Scalar scalar ? scalar.text() : "";
    throw node.mark()
        .error(
            subject(path)
                + "was given "
                + node.describe()
                + "; "
                + Names.known(given, known.keySet()));
  }

  static double real(Node node, String path) {
    double value = number(node, path, "a number").doubleValue();
    if (Double.isInfinite(value)) {
      throw wrong(node, path, "a number below 1.8e308");
    }
    return value;
  }

  static long whole(Node node, String path) {
    BigDecimal value = number(node, path, "a whole number");
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      boolean large = value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
      throw wrong(node, path, large ? "a whole number below 9.2e18" : "a whole number");
    }
  }

  static int integer(Node node, String path) {
    long value = whole(node, path);
    if (value != (int) value) {
      throw wrong(node, path, "a whole number below 2.1e9");
    }
    return (int) value;
  }

  private static BigDecimal number(Node node, String path, String expected) {
    if (node instanceof Node.Scalar(String text, boolean quoted, Mark _)
        && !quoted
        && text.length() <= LONGEST_NUMBER
        && NUMBER.matcher(text).matches()) {
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        throw wrong(node, path, expected + " with a smaller exponent");
      }
    }
    throw wrong(node, path, expected);
  }

  static boolean truth(Node node, String path) {
    if (node instanceof Node.Scalar(String text, boolean quoted, Mark _) && !quoted) {
      switch (text) {
        case "true", "True", "TRUE" -> {
          return true;
        }
        case "false", "False", "FALSE" -> {
          return false;
        }
        default -> {}
      }
    }
    throw wrong(node, path, "true or false");
  }

  static String text(Node node, String path) {
    if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    throw wrong(node, path, "a text");
  }

  static UserException wrong(Node node, String path, String expected) {
    return node.mark()
        .error(subject(path) + "expected " + expected + ", was given " + node.describe());
  }

  static String subject(String path) {
    return path.isEmpty() ? "" : path + ": ";
  }
}
