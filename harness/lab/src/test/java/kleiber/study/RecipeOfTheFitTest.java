package kleiber.study;

import static kleiber.study.MadeRecipes.COSINE;
import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.experiment;
import static kleiber.study.MadeRecipes.losses;
import static kleiber.study.MadeRecipes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which recipe a law is fitted to, and what its N counts. */
final class RecipeOfTheFitTest {
  @TempDir private Path folder;

  @Test
  void theLawIsThatOfOneRecipeAtItsBestRates() throws IOException {
    Analysis analysis = MadeLosses.analysis(experiment(), losses(_ -> -0.03, SEED));
    assertEquals(36, analysis.observations().fit().size());
    assertEquals(3, analysis.observations().heldOut().size());
    List<String> notes = Conclusions.of(analysis).answer().sentences();
    assertTrue(
        notes.contains(
            "The fit is of the runs with optimizer.type AdamW; 117 runs of other recipes are"
                + " neither fitted nor foretold."),
        notes::toString);
    assertTrue(
        notes.contains(
            "Of several learning rates and batches tried at one size and length the best counts"
                + " alone, at the held-out size too: 78 runs do not."),
        notes::toString);
    Report.write(folder, analysis);
    String html = Files.readString(folder.resolve("report.html"));
    assertTrue(html.contains("done, other recipe"), "side in the table of runs");
    assertTrue(html.contains("study-Recipes"), "section of the study");
  }

  /** As choosing runs by what was measured leaves it: runs of the fit's recipe alone. */
  @Test
  void aPartOfAGridAsksNoMoreThanItsRunsAnswer() {
    Experiment whole =
        Experiments.parse(
            text("16, 32", "1", COSINE)
                .replace("where: {optimizer.type: AdamW}", "where: {optimizer.momentum: none}"));
    List<Run> adamw = whole.runs().stream().filter(run -> !MadeRecipes.muon(run)).toList();
    Experiment part = whole.only(ids(adamw));
    assertEquals(adamw, part.runs());
    assertEquals(List.of(), part.studies());
    assertEquals(adamw, part.fit().recipe().of(part.runs()));
    assertEquals(1, whole.only(ids(whole.runs())).studies().size());
  }

  private static Set<String> ids(List<Run> runs) {
    return runs.stream().map(Run::id).collect(Collectors.toSet());
  }

  @Test
  void aLawThroughSeveralRecipesIsSaidToBe() {
    Experiment mixed =
        Experiments.parse(
            text("16, 32", "1", COSINE).replace("  where: {optimizer.type: AdamW}\n", ""));
    List<String> notes =
        Conclusions.of(MadeLosses.analysis(mixed, losses(_ -> -0.03, SEED))).answer().sentences();
    assertTrue(
        notes.contains(
            "One law is fitted through several recipes, which differ in optimizer.type (AdamW,"
                + " Muon), and is the law of none of them; fit.where chooses one."),
        notes::toString);
  }

  @Test
  void activeParametersOfDenseModelsAreAllOfThem() throws IOException {
    Experiment active =
        Experiments.parse(
            text("16, 24, 32, 48", "1, 2", COSINE)
                .replace("params: non-embedding", "params: active"));
    Analysis analysis = MadeLosses.analysis(active, losses(_ -> -0.03, SEED));
    Report.write(folder, Conclusions.of(analysis));
    String table = Files.readString(folder.resolve("observations.csv"));
    assertTrue(
        table.lines().findFirst().orElseThrow().contains("paramsActive"), "N has its column");
  }
}
