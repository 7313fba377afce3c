package kleiber.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

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

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (!node.isObject()) {
      into.put(path, node.isTextual() ? node.asText() : node.toString());
      return;
    }
    node.forEachEntry(
        (key, value) -> flatten(path.isEmpty() ? key : path + "." + key, value, into));
  }
}
