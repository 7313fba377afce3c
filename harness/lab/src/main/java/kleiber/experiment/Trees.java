package kleiber.experiment;

import java.util.LinkedHashMap;
import java.util.Optional;

/** Reads and changes trees by dotted paths such as {@code model.width}. Trees are never mutated. */
final class Trees {
  private Trees() {}

  /** What stands at a path. */
  static Optional<Node> get(Node tree, String path) {
    Optional<Node> at = Optional.of(tree);
    for (String key : path.split("\\.", -1)) {
      at = at.flatMap(node -> node instanceof Node.Mapping m ? m.get(key) : Optional.empty());
    }
    return at;
  }

  /**
   * Sets the value at a path, making the mappings on the way. A mapping is merged into the mapping
   * that stands there, unless the two name different types: then it takes its place.
   *
   * @param entry the value, and where its path was written
   */
  static Node.Mapping set(Node.Mapping tree, String path, Node.Entry entry) {
    int dot = path.indexOf('.');
    String key = dot < 0 ? path : path.substring(0, dot);
    Optional<Node> old = tree.get(key);
    if (dot < 0) {
      Node merged = old.map(node -> merge(node, entry.value())).orElse(entry.value());
      return tree.with(key, new Node.Entry(entry.key(), merged));
    }
    Node.Mapping inner =
        switch (old.orElse(null)) {
          case Node.Mapping mapping -> mapping;
          case null -> new Node.Mapping(new LinkedHashMap<>(), entry.key());
          default ->
              throw entry
                  .key()
                  .error("there is nothing inside " + key + ", which is " + old.get().describe());
        };
    Mark place = old.isPresent() ? tree.entries().get(key).key() : entry.key();
    return tree.with(key, new Node.Entry(place, set(inner, path.substring(dot + 1), entry)));
  }

  private static Node merge(Node old, Node value) {
    if (!(old instanceof Node.Mapping into) || !(value instanceof Node.Mapping from)) {
      return value;
    }
    if (from.get(Binder.TYPE).isPresent() && !sameType(into, from)) {
      return value;
    }
    Node.Mapping merged = into;
    for (var each : from.entries().entrySet()) {
      merged = set(merged, each.getKey(), each.getValue());
    }
    return merged;
  }

  private static boolean sameType(Node.Mapping a, Node.Mapping b) {
    return a.get(Binder.TYPE)
        .map(YamlWriter::line)
        .equals(b.get(Binder.TYPE).map(YamlWriter::line));
  }
}
