package kleiber.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kleiber.experiment.Experiment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left for after the seals, of the experiments that are kept. */
class HeldBackTest {
  private static final Path EXPERIMENTS =
      Path.of(System.getProperty("kleiber.home"), "experiments");

  @TempDir Path folder;

  private static Experiment experiment(String name, String... overrides) {
    return Experiment.read(EXPERIMENTS.resolve(name + ".yaml"), List.of(overrides));
  }

  private List<String> sentences(Experiment experiment) throws IOException {
    return HeldBack.of(experiment).sentences(folder);
  }

  @Test
  void aSealNamesTheAxesThatTheLawReads() throws IOException {
    List<String> sentences = sentences(experiment("parallel-streams"));
    assertEquals(4, sentences.size(), sentences::toString);
    assertTrue(
        sentences.get(1).matches(".* --tokens 1048576 --flops \\d+ --axis streams=4 --seal .*"),
        sentences::toString);
  }

  @Test
  void everySeedHasASealOfItsOwn() throws IOException {
    List<String> sentences =
        sentences(experiment("parallel-streams", "grid.1.seed=[1, 2]", "grid.1.model.streams=[4]"));
    assertEquals(5, sentences.size(), sentences::toString);
    assertEquals(sentences.get(1), sentences.get(2));
  }

  @Test
  void everyRecipeIsSealedByItsOwnLaw() throws IOException {
    Experiment experiment = experiment("recipes");
    HeldBack held = HeldBack.of(experiment);
    assertEquals(
        experiment.runs().size(), held.fitted().runs().size() + held.runs().size(), "none is lost");
    assertTrue(held.fitted().runs().stream().noneMatch(held.runs()::contains));
    String sentences = String.join("\n", held.sentences(folder));
    for (String fit : List.of("", "-classic", "-undecayed", "-muon")) {
      String predict = "predict " + folder.resolve("fits/Chinchilla" + fit + ".json ");
      assertEquals(2, sentences.split(predict, -1).length, predict + " in " + sentences);
    }
    assertTrue(sentences.contains("runs are not trained. Seal"), "each has a law: " + sentences);
  }

  @Test
  void runsOfNoRecipeWaitWithoutASeal() throws IOException {
    Experiment experiment = experiment("width-transfer");
    HeldBack held = HeldBack.of(experiment);
    long fitted = held.runs().stream().filter(experiment.fit().recipe()::matches).count();
    assertTrue(fitted > 0 && fitted < held.runs().size(), fitted + " of " + held.runs().size());
    assertTrue(
        held.sentences(folder)
            .getFirst()
            .contains(", " + fitted + " of them of a recipe that is fitted."));
  }
}
