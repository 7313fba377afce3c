package kleiber.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kleiber.experiment.Experiment;
import kleiber.observe.MadeRuns;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent, against a server that keeps to the contract of MLflow's REST API. */
class MlflowExportTest {
  private static final String PLACE = "/api/2.0/mlflow/";
  private final List<StoredRun> runs = MadeRuns.grid();
  private final Experiment experiment = MadeRuns.experiment("made?", runs, MadeRuns.PLAN);
  @TempDir Path folder;
  private HttpServer server;

  /** Runs by MLflow's id: info, tags, params, metrics. */
  private final Map<String, ObjectNode> kept = new LinkedHashMap<>();

  private boolean experimentIsThere;
  private String authorization = "";
  private int failAfter = Integer.MAX_VALUE;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(PLACE, this::handle);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private MlflowExport.Result send(Optional<String> with) throws IOException {
    return send(with, runs);
  }

  private MlflowExport.Result send(Optional<String> with, List<StoredRun> runs) throws IOException {
    return MlflowExport.send(uri(), with, experiment, new RunStore(folder), runs);
  }

  private void handle(HttpExchange exchange) throws IOException {
    authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String method = exchange.getRequestURI().getPath().substring(PLACE.length());
    JsonNode body = MlflowClient.MAPPER.readTree(exchange.getRequestBody());
    int status = 200;
    ObjectNode answer = MlflowClient.MAPPER.createObjectNode();
    if (failAfter-- == 0) {
      status = 500;
      answer.put("error_code", "INTERNAL_ERROR").put("message", "out of order");
    } else {
      status = answer(method, exchange.getRequestURI().getQuery(), body, answer);
    }
    byte[] bytes = MlflowClient.MAPPER.writeValueAsBytes(answer);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int answer(String method, String query, JsonNode body, ObjectNode answer) {
    switch (method) {
      case "experiments/get-by-name" -> {
        assertEquals("experiment_name=made", query);
        if (!experimentIsThere) {
          answer.put("error_code", "RESOURCE_DOES_NOT_EXIST").put("message", "none");
          return 404;
        }
        answer.putObject("experiment").put("experiment_id", "7");
      }
      case "experiments/create" -> {
        assertEquals("made", body.path("name").asText());
        experimentIsThere = true;
        answer.put("experiment_id", "7");
      }
      case "runs/search" -> search(body, answer);
      case "runs/create" -> {
        assertEquals("7", body.path("experiment_id").asText());
        assertTrue(body.path("start_time").isIntegralNumber());
        String id = "mlflow-" + kept.size();
        ObjectNode run = MlflowClient.MAPPER.createObjectNode();
        run.set("tags", body.path("tags"));
        run.put("status", "RUNNING");
        run.putArray("params");
        run.putArray("metrics");
        kept.put(id, run);
        answer.putObject("run").putObject("info").put("run_id", id);
      }
      case "runs/log-batch" -> {
        ObjectNode run = kept.get(body.path("run_id").asText());
        assertTrue(body.path("metrics").size() <= 1000 && body.path("params").size() <= 100);
        body.path("metrics")
            .forEach(
                metric -> {
                  assertTrue(metric.path("value").isNumber(), metric.toString());
                  assertTrue(metric.path("step").isIntegralNumber(), metric.toString());
                  ((ArrayNode) run.path("metrics")).add(metric);
                });
        body.path("params").forEach(param -> ((ArrayNode) run.path("params")).add(param));
      }
      case "runs/update" ->
          kept.get(body.path("run_id").asText()).put("status", body.path("status").asText());
      case "runs/delete" -> kept.remove(body.path("run_id").asText());
      default -> throw new AssertionError(method);
    }
    return 200;
  }

  /** Five at a time, whatever was asked for. */
  private void search(JsonNode body, ObjectNode answer) {
    assertEquals("7", body.path("experiment_ids").get(0).asText());
    List<String> ids = List.copyOf(kept.keySet());
    int from = body.path("page_token").asInt(0);
    ArrayNode found = answer.putArray("runs");
    for (String id : ids.subList(from, Math.min(ids.size(), from + 5))) {
      ObjectNode run = found.addObject();
      run.putObject("info").put("run_id", id).put("status", kept.get(id).path("status").asText());
      run.putObject("data").set("tags", kept.get(id).path("tags"));
    }
    if (from + 5 < ids.size()) {
      answer.put("next_page_token", Integer.toString(from + 5));
    }
  }

  @Test
  void runsAreSentOnce() throws IOException {
    assertEquals(new MlflowExport.Result(runs.size(), 0), send(Optional.of("Bearer abc")));
    assertEquals("Bearer abc", authorization);
    assertEquals(new MlflowExport.Result(0, runs.size()), send(Optional.empty()));
    ObjectNode run = kept.values().iterator().next();
    assertEquals("FINISHED", run.path("status").asText());
    assertEquals(runs.getFirst().run().id(), run.path("tags").get(0).path("value").asText());
    int losses = 0;
    for (JsonNode metric : run.path("metrics")) {
      losses += metric.path("key").asText().equals("heldOut/text/loss") ? 1 : 0;
    }
    assertEquals(runs.getFirst().checkpoints().size(), losses);
    assertTrue(run.path("params").toString().contains("\"model.width\",\"value\":\"16\""));
  }

  /** One that diverged is over; one that failed is tried again, and would be there twice. */
  @Test
  void whatDivergedIsSentAndWhatFailedIsNot() throws IOException {
    List<StoredRun> ended =
        List.of(
            as(runs.get(0), StoredRun.State.DIVERGED),
            as(runs.get(1), StoredRun.State.FAILED),
            runs.get(2));
    assertEquals(new MlflowExport.Result(2, 0), send(Optional.empty(), ended));
    ObjectNode diverged = kept.values().iterator().next();
    assertEquals("FAILED", diverged.path("status").asText());
    assertTrue(
        diverged.path("tags").toString().contains("\"kleiber.reason\",\"value\":\"step 3: no\""),
        diverged.path("tags").toString());
    assertEquals(new MlflowExport.Result(1, 2), send(Optional.empty(), runs.subList(0, 3)));
  }

  private static StoredRun as(StoredRun run, StoredRun.State state) {
    return new StoredRun(
        run.run(), state, Optional.of("step 3: no"), run.facts(), run.checkpoints(), run.seconds());
  }

  @Test
  void aRunThatWasCutOffIsSentAgain() throws IOException {
    failAfter = 12; // in the midst of a run
    IOException refused = assertThrows(IOException.class, () -> send(Optional.empty()));
    assertTrue(refused.getMessage().contains("500 out of order"), refused.getMessage());
    failAfter = Integer.MAX_VALUE;
    MlflowExport.Result rest = send(Optional.empty());
    assertEquals(runs.size(), rest.sent() + rest.there());
    assertEquals(runs.size(), kept.size());
    assertTrue(
        kept.values().stream().allMatch(run -> run.path("status").asText().equals("FINISHED")));
  }

  @Test
  void whoSendsIsSaidAsTheirClientSaysIt() throws IOException {
    assertEquals(
        Optional.of("Bearer t"),
        MlflowExport.authorization(Map.of("MLFLOW_TRACKING_TOKEN", "t")::get));
    assertEquals(
        Optional.of("Basic dTpw"),
        MlflowExport.authorization(
            Map.of("MLFLOW_TRACKING_USERNAME", "u", "MLFLOW_TRACKING_PASSWORD", "p")::get));
    assertEquals(Optional.empty(), MlflowExport.authorization(_ -> null));
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    server.stop(0);
    IOException silent = assertThrows(IOException.class, () -> send(Optional.empty()));
    assertTrue(silent.getMessage().contains("does not answer"), silent.getMessage());
  }

  @Test
  void aRealServerKeepsThem() throws IOException {
    String real = System.getenv("MLFLOW_TRACKING_URI");
    assumeTrue(real != null && !real.isBlank(), "MLFLOW_TRACKING_URI names no server to try");
    Experiment once =
        new Experiment(
            "kleiber-test-" + System.nanoTime(),
            "made?",
            experiment.runs(),
            MadeRuns.PLAN,
            experiment.text());
    Optional<String> with = MlflowExport.authorization(System::getenv);
    URI at = URI.create(real);
    assertEquals(
        new MlflowExport.Result(runs.size(), 0),
        MlflowExport.send(at, with, once, new RunStore(folder), runs));
    assertEquals(
        new MlflowExport.Result(0, runs.size()),
        MlflowExport.send(at, with, once, new RunStore(folder), runs));
  }
}
