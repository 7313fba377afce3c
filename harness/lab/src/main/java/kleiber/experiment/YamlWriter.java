package kleiber.experiment;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a tree as YAML that reads back to the same tree. */
final class YamlWriter {
  private static final int WIDTH = 100;

  /** Text that stands without quotes anywhere, numbers included. */
  private static final Pattern PLAIN =
      Pattern.compile("(?:[\\w./+]|-(?=[.\\d]))(?:[\\w./+ -]*[\\w./+-])?", Pattern.DOTALL);

  private YamlWriter() {}

  /** The whole tree, the keys of its root on lines of their own. */
  static String write(Node.Mapping root) {
    StringBuilder text = new StringBuilder();
    block(root, "", text);
    return text.toString();
  }

  /** A tree on one line. */
  static String line(Node node) {
    return switch (node) {
      case Node.Scalar scalar -> scalar(scalar);
      case Node.Sequence sequence ->
          sequence.items().stream()
              .map(YamlWriter::line)
              .collect(Collectors.joining(", ", "[", "]"));
      case Node.Mapping mapping ->
          mapping.entries().entrySet().stream()
              .map(e -> key(e.getKey()) + ": " + line(e.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static void block(Node.Mapping mapping, String indent, StringBuilder text) {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              text.append(indent).append(key(key)).append(':');
              value(entry.value(), indent, text);
            });
  }

  private static void value(Node value, String indent, StringBuilder text) {
    String line = line(value);
    boolean leaf = value instanceof Node.Scalar || line.equals("{}") || line.equals("[]");
    if (leaf || (!indent.isEmpty() && indent.length() + line.length() < WIDTH)) {
      text.append(' ').append(line).append('\n');
      return;
    }
    text.append('\n');
    switch (value) {
      case Node.Mapping mapping -> block(mapping, indent + "  ", text);
      case Node.Sequence(List<Node> items, Mark _) -> {
        for (Node item : items) {
          text.append(indent).append("  - ").append(line(item)).append('\n');
        }
      }
      case Node.Scalar _ -> throw new AssertionError("a scalar is a leaf");
    }
  }

  private static String scalar(Node.Scalar scalar) {
    if (scalar.isNull()) {
      return "null";
    }
    boolean plain = !scalar.quoted() && PLAIN.matcher(scalar.text()).matches();
    return plain ? scalar.text() : Json.string(scalar.text());
  }

  private static String key(String key) {
    return PLAIN.matcher(key).matches() ? key : Json.string(key);
  }
}
