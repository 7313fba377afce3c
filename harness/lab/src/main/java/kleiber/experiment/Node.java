package kleiber.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A tree of settings in which every part remembers where it was written, through every merge.
 * Scalars keep their text: what it means is decided by the type of the setting that reads it.
 */
public sealed interface Node {
  Mark mark();

  /** What this is, for a sentence that says what was given. */
  String describe();

  /** Whether this is YAML's null: nothing at all, {@code ~} or {@code null}. */
  default boolean isNull() {
    return false;
  }

  /**
   * A leaf.
   *
   * @param quoted whether it was written in quotes or as a text block, and so is text
   */
  record Scalar(String text, boolean quoted, Mark mark) implements Node {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    @Override
    public boolean isNull() {
      return !quoted && NULLS.contains(text);
    }

    @Override
    public String describe() {
      if (isNull()) {
        return "nothing";
      }
      String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
      return quoted ? "the text \"" + shown + "\"" : "'" + shown + "'";
    }
  }

  /** A list. */
  record Sequence(List<Node> items, Mark mark) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /**
   * Settings by name, in the order in which they were written.
   *
   * @param mark of the first of them
   */
  record Mapping(SequencedMap<String, Entry> entries, Mark mark) implements Node {
    public Mapping {
      entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /** The value of a key. */
    public Optional<Node> get(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    /** This with one key set; a key that was there keeps its place in the order. */
    public Mapping with(String key, Entry entry) {
      SequencedMap<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.put(key, entry);
      return new Mapping(changed, mark);
    }

    @Override
    public String describe() {
      return entries.isEmpty() ? "an empty mapping" : "a mapping";
    }
  }

  /**
   * A key's place and its value.
   *
   * @param key where the key was written
   */
  record Entry(Mark key, Node value) {}
}
