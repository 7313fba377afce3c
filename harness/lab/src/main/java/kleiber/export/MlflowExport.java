package kleiber.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import kleiber.experiment.Experiment;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Words;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * Runs as MLflow keeps them: settings as parameters, logs as metrics by step, the run's id in the
 * tag {@code kleiber.run}. A run that is there already is left alone; one that was begun and not
 * finished, since an export was cut off, is deleted and sent again.
 */
public final class MlflowExport {
  private static final String TAG = "kleiber.run";

  /** As many as one call may carry. */
  private static final int MOST_METRICS = 1000;

  private static final int MOST_PARAMS = 100;
  private static final int LONGEST_PARAM = 500;
  private static final int PAGE = 1000;

  private final MlflowClient client;

  private MlflowExport(MlflowClient client) {
    this.client = client;
  }

  /**
   * What came of it.
   *
   * @param sent runs that were not there
   * @param there runs that were
   */
  public record Result(int sent, int there) {}

  /** The header that says who sends, from the variables that MLflow's own client reads. */
  public static Optional<String> authorization(UnaryOperator<String> environment) {
    String token = environment.apply("MLFLOW_TRACKING_TOKEN");
    String user = environment.apply("MLFLOW_TRACKING_USERNAME");
    String password = environment.apply("MLFLOW_TRACKING_PASSWORD");
    if (token != null && !token.isBlank()) {
      return Optional.of("Bearer " + token);
    }
    if (user == null || password == null) {
      return Optional.empty();
    }
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
  }

  /**
   * Sends runs that have ended.
   *
   * @param server such as http://localhost:5000
   * @throws IOException when the server does not answer, or refuses
   */
  public static Result send(
      URI server,
      Optional<String> authorization,
      Experiment experiment,
      RunStore store,
      List<StoredRun> runs)
      throws IOException {
    try (MlflowClient client = new MlflowClient(server, authorization)) {
      MlflowExport export = new MlflowExport(client);
      String id = client.experiment(experiment.name());
      Set<String> there = export.there(id);
      int sent = 0;
      for (StoredRun run : runs) {
        boolean ended = run.state().isFinal(); // one that failed may be trained again
        if (ended && !run.checkpoints().isEmpty() && !there.contains(run.run().id())) {
          export.send(id, Scalars.of(store, run));
          sent++;
        }
      }
      return new Result(sent, there.size());
    }
  }

  /** Runs of ours that are whole, by our id; what is not is deleted. */
  private Set<String> there(String experiment) throws IOException {
    Set<String> there = new HashSet<>();
    String page = "";
    do {
      ObjectNode query = MlflowClient.MAPPER.createObjectNode().put("max_results", PAGE);
      query.putArray("experiment_ids").add(experiment);
      if (!page.isEmpty()) {
        query.put("page_token", page);
      }
      JsonNode answer = client.post("runs/search", query);
      for (JsonNode run : answer.path("runs")) {
        String ours = tag(run);
        String status = run.path("info").path("status").asText();
        if (!ours.isEmpty() && status.equals("RUNNING")) {
          client.post("runs/delete", of("run_id", run.path("info").path("run_id").asText()));
        } else if (!ours.isEmpty()) {
          there.add(ours);
        }
      }
      page = answer.path("next_page_token").asText("");
    } while (!page.isEmpty());
    return there;
  }

  private static String tag(JsonNode run) {
    for (JsonNode tag : run.path("data").path("tags")) {
      if (tag.path("key").asText().equals(TAG)) {
        return tag.path("value").asText();
      }
    }
    return "";
  }

  private void send(String experiment, Scalars scalars) throws IOException {
    StoredRun run = scalars.run();
    ObjectNode create = of("experiment_id", experiment);
    create.put("run_name", run.run().id()).put("start_time", scalars.began().toEpochMilli());
    ArrayNode tags = create.putArray("tags");
    tags.add(of("key", TAG).put("value", run.run().id()));
    tags.add(of("key", "kleiber.state").put("value", Words.of(run.state())));
    run.reason().ifPresent(reason -> tags.add(of("key", "kleiber.reason").put("value", reason)));
    String id = client.post("runs/create", create).path("run").path("info").path("run_id").asText();
    params(id, FlatSettings.of(run.run()));
    metrics(id, scalars);
    double end = scalars.rows().isEmpty() ? 0 : scalars.rows().getLast().seconds();
    client.post(
        "runs/update",
        of("run_id", id)
            .put("status", run.state() == StoredRun.State.DONE ? "FINISHED" : "FAILED")
            .put("end_time", scalars.began().toEpochMilli() + (long) (1000 * end)));
  }

  private void params(String id, Map<String, String> settings) throws IOException {
    ArrayNode params = MlflowClient.MAPPER.createArrayNode();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String value = setting.getValue();
      params.add(
          of("key", setting.getKey())
              .put("value", value.substring(0, Math.min(value.length(), LONGEST_PARAM))));
      if (params.size() == MOST_PARAMS) {
        batch(id, "params", params);
      }
    }
    batch(id, "params", params);
  }

  private void metrics(String id, Scalars scalars) throws IOException {
    ArrayNode metrics = MlflowClient.MAPPER.createArrayNode();
    for (Scalars.Row row : scalars.rows()) {
      for (Map.Entry<String, Double> value : row.values().entrySet()) {
        metrics.add(
            of("key", value.getKey())
                .put("value", value.getValue())
                .put("timestamp", (long) (1000 * scalars.time(row)))
                .put("step", row.step()));
        if (metrics.size() == MOST_METRICS) {
          batch(id, "metrics", metrics);
        }
      }
    }
    batch(id, "metrics", metrics);
  }

  /** Sends what has gathered, if anything has, and empties it. */
  private void batch(String id, String what, ArrayNode gathered) throws IOException {
    if (!gathered.isEmpty()) {
      ObjectNode body = of("run_id", id);
      body.set(what, gathered.deepCopy());
      client.post("runs/log-batch", body);
      gathered.removeAll();
    }
  }

  private static ObjectNode of(String key, String value) {
    return MlflowClient.MAPPER.createObjectNode().put(key, value);
  }
}
