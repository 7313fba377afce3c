package kleiber.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A change to an experiment file given as an option: {@code base.tokens=1e6}, {@code
 * grid.0.tokens=[1e5, 2e5]}. The path must lead to something that is there, save for its last key;
 * {@code grid.+} is one block more.
 *
 * @param path keys and list indexes from the root of the file
 * @param given the whole option, for errors
 */
record FileChange(String path, Node value, String given) {
  /** The index of an item that is added at the end of a list. */
  private static final String ONE_MORE = "+";

  static FileChange parse(String given) {
    int equals = given.indexOf('=');
    if (equals < 1) {
      throw new UserException("--set " + given + ": expected path=value, such as base.tokens=1e6");
    }
    String source = "--set " + given;
    String text = given.substring(equals + 1);
    Node value =
        text.isBlank()
            ? new Node.Scalar("", false, Mark.of(source))
            : unmarked(Yaml.parse(text, source), Mark.of(source));
    return new FileChange(given.substring(0, equals).strip(), value, source);
  }

  Node.Mapping applyTo(Node.Mapping file) {
    return (Node.Mapping) set(file, path, "");
  }

  /**
   * Refuses a change of the base that reaches no cell, because every block of the grid has an axis
   * there: the user would get other runs than he asked for.
   */
  void refuseIfHidden(List<Node.Mapping> cells) {
    if (path.startsWith("base.") && cells.stream().noneMatch(this::reaches)) {
      String axis = path.substring("base.".length());
      throw error("no run has this value, since an axis of every block of the grid gives " + axis);
    }
  }

  private boolean reaches(Node node) {
    return node.mark().source().equals(given)
        || switch (node) {
          case Node.Scalar _ -> false;
          case Node.Sequence sequence -> sequence.items().stream().anyMatch(this::reaches);
          case Node.Mapping mapping ->
              mapping.entries().values().stream().anyMatch(entry -> reaches(entry.value()));
        };
  }

  private Node set(Node at, String rest, String done) {
    return switch (at) {
      case Node.Mapping mapping -> inMapping(mapping, rest, done);
      case Node.Sequence sequence -> inSequence(sequence, rest, done);
      case Node.Scalar scalar ->
          throw error("there is no '" + rest + "' in " + done + ", which is " + scalar.describe());
    };
  }

  private Node inMapping(Node.Mapping mapping, String rest, String done) {
    // The axes of a grid have dots in their names, so the longest key that fits is meant.
    Optional<String> key =
        mapping.entries().keySet().stream()
            .filter(k -> rest.equals(k) || rest.startsWith(k + "."))
            .max((a, b) -> Integer.compare(a.length(), b.length()));
    if (key.isEmpty()) {
      boolean axis = done.matches("(grid|probes)\\.\\d+");
      if (rest.contains(".") && !axis) {
        String first = rest.substring(0, rest.indexOf('.'));
        String where = done.isEmpty() ? "the file" : done;
        throw error(
            "there is no '"
                + first
                + "' in "
                + where
                + "; "
                + Names.known(first, mapping.entries().keySet()));
      }
      return mapping.with(rest, new Node.Entry(Mark.of(given), value));
    }
    Node.Entry old = mapping.entries().get(key.get());
    if (rest.equals(key.get())) {
      return mapping.with(rest, new Node.Entry(Mark.of(given), value));
    }
    String inner = rest.substring(key.get().length() + 1);
    return mapping.with(
        key.get(), new Node.Entry(old.key(), set(old.value(), inner, join(done, key.get()))));
  }

  private Node inSequence(Node.Sequence sequence, String rest, String done) {
    if (rest.equals(ONE_MORE)) {
      List<Node> longer = new ArrayList<>(sequence.items());
      longer.add(value);
      return new Node.Sequence(longer, sequence.mark());
    }
    int dot = rest.indexOf('.');
    String index = dot < 0 ? rest : rest.substring(0, dot);
    int count = sequence.items().size();
    if (!index.matches("\\d{1,6}") || Integer.parseInt(index) >= count) {
      String there = count == 0 ? "which is empty" : "which has the indexes 0 to " + (count - 1);
      throw error("there is no '" + index + "' in " + done + ", " + there);
    }
    int i = Integer.parseInt(index);
    List<Node> items = new ArrayList<>(sequence.items());
    items.set(i, dot < 0 ? value : set(items.get(i), rest.substring(dot + 1), join(done, index)));
    return new Node.Sequence(items, sequence.mark());
  }

  private UserException error(String sentence) {
    return new UserException(given + ": " + sentence);
  }

  private static String join(String done, String key) {
    return done.isEmpty() ? key : done + "." + key;
  }

  /** The same tree, all of it at one place: columns inside an option would help nobody. */
  private static Node unmarked(Node node, Mark mark) {
    return switch (node) {
      case Node.Scalar(String text, boolean quoted, Mark _) -> new Node.Scalar(text, quoted, mark);
      case Node.Sequence(List<Node> items, Mark _) ->
          new Node.Sequence(items.stream().map(item -> unmarked(item, mark)).toList(), mark);
      case Node.Mapping mapping -> {
        Node.Mapping marked = new Node.Mapping(new LinkedHashMap<>(), mark);
        for (var each : mapping.entries().entrySet()) {
          Node inner = unmarked(each.getValue().value(), mark);
          marked = marked.with(each.getKey(), new Node.Entry(mark, inner));
        }
        yield marked;
      }
    };
  }
}
