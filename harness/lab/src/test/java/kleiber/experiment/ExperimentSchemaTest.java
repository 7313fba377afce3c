package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What an editor would say of experiment files. */
final class ExperimentSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ExperimentSchema.json());

  private static List<Error> errors(String yaml) throws IOException {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return SCHEMA.validate(new JsonMapper().writeValueAsString(read), InputFormat.JSON);
  }

  static List<Path> files() throws IOException {
    return ExperimentsTest.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyExperimentHasItsForm(Path file) throws IOException {
    assertEquals(List.of(), errors(Files.readString(file)));
  }

  @Test
  void soHasTheExampleOfTheTests() throws IOException {
    assertEquals(List.of(), errors(Ladder.text()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      textBlock =
          """
          depth: | dephth:
          {type: Chinchilla} | {type: Chinchila}
          {type: Chinchilla} | Chinchilla
          params: non-embedding | params: without-embedding
          bootstrap: 500 | bootstrap: many
          seed: 1 | seed: 1.5
          question: | questions:
          heldOut: code | heldOut: [code]
          """)
  void andAMistakeIsSeen(String old, String replacement) throws IOException {
    assertFalse(errors(Ladder.text().replace(old, replacement)).isEmpty());
  }

  @Test
  void anOptimizerMayHaveAType() throws IOException {
    for (String type : List.of("type: AdamW, ", "type: Muon, momentum: 0.95, ")) {
      assertEquals(List.of(), errors(Ladder.text("optimizer: {", "optimizer: {" + type)));
    }
    for (String mistake : List.of("type: Adam, ", "momentum: 0.95, ", "type: Sgd, ")) {
      assertFalse(errors(Ladder.text("optimizer: {", "optimizer: {" + mistake)).isEmpty(), mistake);
    }
  }

  @Test
  void aModelMayHaveExperts() throws IOException {
    String mixture = "type: MixtureOfExperts\n    experts: 4\n    topK: 2\n    balance: 0.01";
    assertEquals(List.of(), errors(Ladder.text("type: Gpt", mixture)));
    assertFalse(errors(Ladder.text("type: Gpt", mixture.replace("topK", "top"))).isEmpty());
  }

  @Test
  void whatTheGridGivesMayBeMissingInTheBase() throws IOException {
    assertTrue(errors("{name: x, question: y, base: {}, grid: [{a.b: [1]}]}").size() == 1);
  }
}
