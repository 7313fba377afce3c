package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The experiments that come with the project. */
class ExperimentsTest {
  static List<Path> files() throws IOException {
    Path folder = Path.of(System.getProperty("kleiber.home"), "experiments");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyExperimentAsksSomethingThatItsRunsCanAnswer(Path file) throws IOException {
    Experiment experiment = Experiment.readToTrain(file, List.of());
    assertEquals(experiment.name() + ".yaml", file.getFileName().toString());
    List<Run> runs = experiment.runs();
    assertEquals(runs.size(), runs.stream().map(Run::id).distinct().count());
    int foretold = 0;
    for (Run run : runs) {
      int vocabulary = run.spec().corpus().vocabulary();
      assertTrue(run.flops(vocabulary) > 0, run.id());
      double flops = experiment.fit().flops(run, vocabulary);
      foretold += experiment.fit().holdOut().holdsOut(flops) ? 1 : 0;
    }
    assertTrue(foretold > 0 && foretold < runs.size(), foretold + " of " + runs.size());
  }
}
