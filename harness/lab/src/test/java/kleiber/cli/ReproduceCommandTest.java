package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kleiber.reproduce.Finding;
import kleiber.reproduce.Reproduction;
import kleiber.reproduce.Study;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproduceCommandTest {
  private static final Path DATA =
      Path.of(System.getProperty("kleiber.home")).resolveSibling("shared").resolve("data");

  @TempDir Path folder;
  private final Program kleiber = new Program();

  @Test
  void aStudyIsDerivedAgainAndWrittenDown() throws IOException {
    assumeTrue(Files.isDirectory(DATA.resolve("parscale")), DATA + " is not there");
    int code =
        kleiber.run(
            "reproduce", "ParallelStreams", "--data", DATA.toString(), "--out", folder.toString());
    assertEquals(0, code, kleiber.out() + kleiber.err());
    assertTrue(kleiber.out().contains("reproduced"), kleiber.out());
    assertTrue(Files.readString(folder.resolve("reproduce.txt")).contains("ParallelStreams"));
    JsonNode json = new ObjectMapper().readTree(folder.resolve("reproduce.json").toFile());
    assertEquals("ParallelStreams", json.at("/0/study").asText());
    assertTrue(json.at("/0/findings/0/agrees").asBoolean());
  }

  @Test
  void aStudyWithoutDataSaysWhereTheyAre() {
    assertEquals(0, kleiber.run("reproduce", "--data", folder.toString()), kleiber.err());
    assertTrue(kleiber.out().contains("the data are not there: put "), kleiber.out());
    assertTrue(kleiber.out().contains("https://"), kleiber.out());
  }

  @Test
  void anUnknownStudyIsNamed() {
    assertEquals(2, kleiber.run("reproduce", "ParalelStreams"));
    assertTrue(kleiber.err().contains("did you mean 'ParallelStreams'?"), kleiber.err());
  }

  @Test
  void aMissAndAFailureAreNoAgreement() {
    Finding hit = Finding.within("a", Finding.Kind.REFIT, 1, 1.05, 0.1, "");
    Finding miss = Finding.within("b", Finding.Kind.REFIT, 1, 1.2, 0.1, "");
    assertTrue(reproduction(List.of(hit), Optional.empty()).agrees());
    assertTrue(!reproduction(List.of(hit, miss), Optional.empty()).agrees());
    assertTrue(!reproduction(List.of(), Optional.of("it broke")).agrees());
  }

  private static Reproduction reproduction(List<Finding> findings, Optional<String> failure) {
    return new Reproduction(
        "x", "y", new Study.Data("z", List.of(), ""), findings, List.of(), failure, 0);
  }
}
