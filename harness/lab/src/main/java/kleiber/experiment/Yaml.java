package kleiber.experiment;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the strict part of YAML 1.2 that experiments are written in (JSON is within it): one
 * document, every key once, no anchors, aliases or tags, so that what stands in a file is all there
 * is and a small file cannot grow into a large tree.
 */
public final class Yaml {
  private static final int DEEPEST = 50;

  private final String source;
  private final Iterator<Event> events;
  private int depth;

  private Yaml(String source, Iterator<Event> events) {
    this.source = source;
    this.events = events;
  }

  /**
   * Reads one document.
   *
   * @param source what errors call it
   * @throws UserException when it is not such a document
   */
  public static Node parse(String text, String source) {
    LoadSettings settings = LoadSettings.builder().setLabel(source).setUseMarks(true).build();
    try {
      return new Yaml(source, new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException e) {
      Optional<org.snakeyaml.engine.v2.exceptions.Mark> where =
          e.getProblemMark().or(e::getContextMark);
      Mark mark = where.map(at -> mark(source, at)).orElse(Mark.of(source));
      String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
      throw new UserException(mark + ": not YAML: " + e.getProblem() + context, e);
    } catch (ReaderException e) {
      String sentence = "not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint());
      throw new UserException(placeOf(text, e.getPosition(), source) + ": " + sentence, e);
    } catch (YamlEngineException e) {
      throw new UserException(source + ": not YAML: " + e.getMessage(), e);
    }
  }

  private Node document() {
    events.next(); // stream start
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw new UserException(source + ": the file is empty");
    }
    Node root = node(events.next());
    events.next(); // document end
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw mark(next).error("a second document begins here, but a file holds one");
    }
    return root;
  }

  private Node node(Event event) {
    refuseIndirection(event);
    Mark mark = mark(event);
    return switch (event) {
      case ScalarEvent scalar -> new Node.Scalar(scalar.getValue(), !scalar.isPlain(), mark);
      case CollectionStartEvent start -> {
        if (++depth > DEEPEST) {
          throw mark.error("nested more than " + DEEPEST + " deep");
        }
        Node collection =
            start.getEventId() == Event.ID.SequenceStart ? sequence(mark) : mapping(mark);
        depth--;
        yield collection;
      }
      default -> throw mark.error("expected a value");
    };
  }

  private Node sequence(Mark mark) {
    List<Node> items = new ArrayList<>();
    for (Event e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
      items.add(node(e));
    }
    return new Node.Sequence(items, mark);
  }

  private Node mapping(Mark mark) {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
    for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
      refuseIndirection(e);
      if (!(e instanceof ScalarEvent key)) {
        throw mark(e).error("a key must be a word, not a list or a mapping");
      }
      Node.Entry entry = new Node.Entry(mark(key), node(events.next()));
      Node.Entry before = entries.putIfAbsent(key.getValue(), entry);
      if (before != null) {
        throw mark(key).error("the key '" + key.getValue() + "' stands already at " + before.key());
      }
    }
    return new Node.Mapping(entries, mark);
  }

  private void refuseIndirection(Event event) {
    if (event instanceof AliasEvent) {
      throw mark(event).error("aliases (*name) are not used here: write the value out");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw mark(event).error("anchors (&name) are not used here: write the value out");
    }
    Optional<String> tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case CollectionStartEvent start -> start.getTag();
          default -> Optional.empty();
        };
    if (tag.isPresent()) {
      throw mark(event).error("tags (" + tag.get() + ") are not used here: leave it out");
    }
  }

  private Mark mark(Event event) {
    return event.getStartMark().map(at -> mark(source, at)).orElse(Mark.of(source));
  }

  private static Mark mark(String source, org.snakeyaml.engine.v2.exceptions.Mark at) {
    return new Mark(source, at.getLine() + 1, at.getColumn() + 1);
  }

  private static Mark placeOf(String text, int codePoint, String source) {
    int[] before = text.codePoints().limit(codePoint).toArray();
    int line = 1;
    int column = 1;
    for (int c : before) {
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
    return new Mark(source, line, column);
  }
}
