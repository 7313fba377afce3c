package kleiber.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kleiber.experiment.Catalogue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every study of the package against what was published. Where this fails, a fitter or a law has
 * become worse, or a data set has changed; tolerances are the digits that were published.
 */
class StudiesTest {
  private static final Path DATA =
      Path.of(System.getProperty("kleiber.home")).resolve("../shared/data").normalize();

  static Stream<Study> studies() {
    return Catalogue.of(Study.class).values().stream().map(StudiesTest::create);
  }

  private static Study create(Class<?> type) {
    try {
      return (Study) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " needs a constructor without arguments", e);
    }
  }

  @ParameterizedTest
  @MethodSource("studies")
  void agreesWithWhatWasPublished(Study study) throws IOException {
    Path folder = DATA.resolve(study.data().folder());
    for (String file : study.data().files()) {
      Assumptions.assumeTrue(
          Files.exists(folder.resolve(file)),
          file + " is not in " + folder + "; it comes from " + study.data().origin());
    }
    List<Finding> findings = study.reproduce(folder);
    assertFalse(findings.isEmpty(), study + " finds nothing");
    for (Finding finding : findings) {
      System.out.printf(
          "%s %s: published %.9g, ours %.9g (%s) %s%n",
          study.source(),
          finding.quantity(),
          finding.published(),
          finding.ours(),
          finding.kind(),
          finding.agrees() ? "" : "DIFFERS");
    }
    assertEquals(
        List.of(), findings.stream().filter(finding -> !finding.agrees()).toList(), "differ");
  }

  @ParameterizedTest
  @MethodSource("studies")
  void saysWhereItsDataComeFrom(Study study) {
    assertTrue(study.source().matches(".*\\d{4}.*arXiv:\\d{4}\\.\\d{5}"), study.source());
    assertTrue(study.data().origin().startsWith("https://"), study.data().origin());
    assertFalse(study.data().files().isEmpty(), "a study reads files");
  }
}
