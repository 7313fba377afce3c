package kleiber.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.UserException;
import kleiber.fit.Extrapolation;
import kleiber.fit.Outcome;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitFileTest {
  private static Analysis analysis;

  @TempDir Path folder;

  @BeforeAll
  static void analyse() {
    List<StoredRun> runs = MadeRuns.grid();
    analysis = Analysis.of(MadeRuns.experiment("Does it?", runs, MadeRuns.PLAN), runs);
  }

  @Test
  void aFitThatIsReadBackPredictsTheSame() throws IOException {
    FitFile read = written(analysis);
    assertEquals(FitFile.of(analysis).orElseThrow(), read);
    assertArrayEquals(analysis.fitted().orElseThrow().theta(), read.fitted().theta());
    Extrapolation.Point point = analysis.extrapolation().orElseThrow().points().getFirst();
    Prediction prediction = read.saved().predict(point.measured().at());
    assertEquals(point.predicted(), prediction.loss());
    assertEquals(Optional.of(point.interval()), prediction.interval());
    assertTrue(
        prediction.notes().getFirst().contains("17 times the compute"),
        prediction.notes().toString());
  }

  @Test
  void computeIsReadOffTheFittedRuns() throws IOException {
    FitFile read = written(analysis);
    FitFile.FittedRow row = read.rows().get(9);
    Prediction prediction = read.saved().predict(row.params(), row.tokens());
    assertEquals(row.flops(), prediction.at().flops(), 1e-9 * row.flops());
    assertTrue(prediction.interval().orElseThrow().holds(row.loss()));
    assertTrue(prediction.notes().isEmpty());
    assertTrue(prediction.sentence().contains("nats per token at 32928 parameters"));
  }

  @Test
  void theFileIsPlainJson() throws IOException {
    Path file = FitFile.path(folder, MadeRuns.PLAN.law());
    FitFile.of(analysis).orElseThrow().write(file);
    assertEquals("Chinchilla.json", file.getFileName().toString());
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals("Chinchilla", json.at("/law/type").asText());
    assertEquals("Huber", json.at("/objective/type").asText());
    assertEquals(1e-3, json.at("/objective/delta").asDouble());
    assertEquals("TOTAL", json.at("/conventions/params").asText());
    assertEquals(20, json.at("/observations").asInt());
    assertEquals("CONVERGED", json.at("/outcome").asText());
    assertEquals(100, json.at("/bootstrap/thetas").size());
    assertEquals(3, json.at("/conventionErrors").size());
    JsonNode alpha = json.at("/theta/alpha");
    assertTrue(alpha.get("low").asDouble() < alpha.get("value").asDouble());
    assertTrue(alpha.get("value").asDouble() < alpha.get("high").asDouble());
    Extrapolation.Point point = analysis.extrapolation().orElseThrow().points().getFirst();
    assertEquals(point.relativeError(), json.at("/heldOut/points/0/relativeError").asDouble());
    assertEquals(point.measured().run(), json.at("/heldOut/points/0/run").asText());
  }

  @Test
  void whatIsNotKnownIsNull() throws IOException {
    List<StoredRun> runs = MadeRuns.grid().subList(4, 7);
    Analysis poor = Analysis.of(MadeRuns.experiment("Does it?", runs, MadeRuns.PLAN), runs);
    Path file = FitFile.path(folder, MadeRuns.PLAN.law());
    FitFile read = written(poor);
    assertFalse(Files.readString(file).contains("NaN"));
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertTrue(json.at("/theta/alpha/low").isNull());
    assertTrue(json.at("/heldOut/meanAbsoluteRelativeError").isNull());
    assertTrue(Double.isNaN(read.heldOut().meanAbsoluteRelativeError()));
    Prediction prediction = read.saved().predict(1e6, 1e8);
    assertTrue(prediction.interval().isEmpty());
    assertEquals(Outcome.NOT_IDENTIFIED, read.outcome());
    assertTrue(prediction.notes().contains(read.sentence()));
    assertTrue(prediction.sentence().contains("without an error bar"), prediction.sentence());
  }

  @Test
  void aFileThatIsNoFitIsRefused() throws IOException {
    Path file = folder.resolve("no.json");
    Files.writeString(file, "{\"law\": 3");
    assertNotAFit(file);
    Files.writeString(file, "{}");
    assertNotAFit(file);
    Files.writeString(file, "null");
    assertNotAFit(file);
    Files.write(file, new byte[] {(byte) 0xC3, 0x28});
    assertNotAFit(file);
    Path fit = FitFile.path(folder, MadeRuns.PLAN.law());
    FitFile.of(analysis).orElseThrow().write(fit);
    Files.writeString(fit, Files.readString(fit).replace("\"Chinchilla\"", "\"Gorilla\""));
    String law = assertThrows(UserException.class, () -> SavedFit.read(fit)).getMessage();
    assertTrue(law.contains("'Gorilla' is no Law; there are ["), law);
    assertTrue(law.contains("Chinchilla"), law);
  }

  private static void assertNotAFit(Path file) {
    String told = assertThrows(UserException.class, () -> SavedFit.read(file)).getMessage();
    assertTrue(told.startsWith(file + " is not a fit"), told);
  }

  /** JSON objects have no order, so a tool may write the parameters back in another. */
  @Test
  void parametersAreFoundByName() throws IOException {
    Path file = FitFile.path(folder, MadeRuns.PLAN.law());
    FitFile.of(analysis).orElseThrow().write(file);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
    ObjectNode theta = (ObjectNode) json.get("theta");
    theta.set("E", theta.remove("E"));
    Files.writeString(file, mapper.writeValueAsString(json));
    SavedFit turned = SavedFit.read(file);
    assertArrayEquals(analysis.fitted().orElseThrow().theta(), turned.fitted().theta());

    theta.remove("E");
    Files.writeString(file, mapper.writeValueAsString(json));
    String told = assertThrows(UserException.class, () -> SavedFit.read(file)).getMessage();
    assertTrue(told.startsWith("the fit has no value for E; theta holds ["), told);
  }

  @Test
  void aPredictionNeedsAScale() throws IOException {
    FitFile read = written(analysis);
    assertThrows(UserException.class, () -> read.saved().predict(0, 1e8));
    assertThrows(UserException.class, () -> read.saved().predict(1e6, Double.NaN));
  }

  private FitFile written(Analysis of) throws IOException {
    Path file = FitFile.path(folder, MadeRuns.PLAN.law());
    FitFile.of(of).orElseThrow().write(file);
    return JsonRecords.MAPPER.readValue(Files.readString(file), FitFile.class);
  }
}
