package kleiber.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The few calls of MLflow's REST API, version 2.0, that an export needs. */
final class MlflowClient implements AutoCloseable {
  static final JsonMapper MAPPER = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";

  private final URI server;
  private final Optional<String> authorization;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /**
   * @param authorization value of the header of that name, when the server asks for one
   */
  MlflowClient(URI server, Optional<String> authorization) {
    this.server = server;
    this.authorization = authorization;
  }

  /** An answer that is no success. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;
    private final String code;

    Refused(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  /** The id of an experiment, which is made when it is not there. */
  String experiment(String name) throws IOException {
    try {
      String query = "experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
      return send(request("experiments/get-by-name?" + query).GET())
          .path("experiment")
          .path("experiment_id")
          .asText();
    } catch (Refused e) {
      if (!e.code.equals(MISSING)) {
        throw e;
      }
      return post("experiments/create", MAPPER.createObjectNode().put("name", name))
          .path("experiment_id")
          .asText();
    }
  }

  JsonNode post(String method, ObjectNode body) throws IOException {
    return send(
        request(method)
            .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body))));
  }

  private HttpRequest.Builder request(String method) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(server.toString().replaceFirst("/+$", "") + "/api/2.0/mlflow/" + method))
            .header("Content-Type", "application/json")
            .timeout(PATIENCE);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException {
    HttpRequest built = request.build();
    HttpResponse<String> answer;
    try {
      answer = client.send(built, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + server + " was asked");
    } catch (IOException e) {
      throw new IOException(
          "the MLflow server at %s does not answer: %s"
              .formatted(server, e.getMessage() == null ? "no connection" : e.getMessage()),
          e);
    }
    JsonNode body = json(answer.body());
    if (answer.statusCode() / 100 != 2) {
      throw new Refused(
          body.path("error_code").asText(),
          "the MLflow server at %s answered %s with %d %s%s"
              .formatted(
                  server,
                  built.uri().getPath(),
                  answer.statusCode(),
                  body.path("message").asText(body.path("error_code").asText()),
                  answer.statusCode() == 401 || answer.statusCode() == 403
                      ? "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and"
                          + " MLFLOW_TRACKING_PASSWORD"
                      : ""));
    }
    return body;
  }

  private static JsonNode json(String body) {
    try {
      return MAPPER.readTree(body.isBlank() ? "{}" : body);
    } catch (IOException e) {
      return MAPPER.createObjectNode(); // a page of something in between
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
