package kleiber.experiment;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The settings of a run one by one, as {@code --set} would name them. */
public final class FlatSettings {
  private static final JsonMapper MAPPER = new JsonMapper();

  private FlatSettings() {}

  /** Values by dotted path, such as {@code model.width} or {@code optimizer.type}; sorted. */
  public static Map<String, String> of(Run run) {
    Map<String, String> settings = new TreeMap<>();
    try {
      flatten("", MAPPER.readTree(Json.typed(run.spec())), settings);
    } catch (IOException e) {
      throw new IllegalStateException("a canonical spec is JSON", e);
    }
    return settings;
  }

  /** What tells a run from others, such as {@code model.width 16, seed 1}. */
  static String words(Run run, Collection<Run> others) {
    Map<String, String> its = of(run);
    Set<String> differ = new TreeSet<>();
    for (Run other : others) {
      Map<String, String> theirs = of(other);
      its.forEach(
          (path, value) -> {
            if (!value.equals(theirs.get(path))) {
              differ.add(path);
            }
          });
    }
    return differ.stream().map(path -> path + " " + its.get(path)).collect(joining(", "));
  }

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (!node.isObject()) {
      into.put(path, node.isTextual() ? node.asText() : node.toString());
      return;
    }
    node.forEachEntry(
        (key, value) -> flatten(path.isEmpty() ? key : path + "." + key, value, into));
  }
}
