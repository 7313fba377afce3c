package kleiber.study;

import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.losses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kleiber.observe.FitFile;
import kleiber.observe.SavedFit;
import kleiber.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The law of each recipe is kept, so that it can foretell and be sealed. */
class RecipeFitsTest {
  @TempDir Path folder;

  @Test
  void everyRecipeHasAFitThatForetellsItsOwnRuns() throws IOException {
    Conclusions conclusions =
        Conclusions.of(MadeLosses.analysis(MadeRecipes.experiment(), losses(_ -> 0.2, SEED)));
    Path stale = folder.resolve("fits/Chinchilla-gone.json");
    Path other = folder.resolve("fits/own.json");
    Files.createDirectories(stale.getParent());
    Files.writeString(stale, "{}");
    Files.writeString(other, "{}");
    Report.write(folder, conclusions);
    assertFalse(Files.exists(stale), "a recipe that is no more");
    assertTrue(Files.exists(other), "what somebody else wrote there");
    SavedFit muon = SavedFit.read(folder.resolve("fits/Chinchilla-muon.json"));
    SavedFit adamw = SavedFit.read(folder.resolve("fits/Chinchilla-adamw.json"));
    assertEquals(
        1.22, muon.predict(2e5, 2e6).loss() / adamw.predict(2e5, 2e6).loss(), 0.03, "e^0.2");
    assertTrue(muon.scope().bestRates());
    assertEquals(Map.of("optimizer.type", "Muon"), muon.scope().where());
    Path odd = FitFile.path(folder, muon.fitted().law(), "a/b c");
    assertEquals(folder.resolve("fits"), odd.getParent(), "a name is no path");
  }
}
