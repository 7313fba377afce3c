package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other grids of a file that is read once. */
class OpenGridTest {
  @Test
  void gridsAreTriedWithoutReadingTheFileAgain(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("ladder.yaml"), Ladder.text());
    OpenGrid open = OpenGrid.read(file, List.of("base.batch=2"));
    Files.delete(file);
    assertEquals(Set.of("schedule.warmupTokens", "optimizer.learningRate"), open.ruledSettings());
    assertEquals(Map.of("model", "{width: 16}", "tokens", "1e5"), open.firstCell());

    String grid = "[{model: [{width: 16}, {width: 64, depth: 4, heads: 4}], tokens: [1e5, 1e6]}]";
    List<Run> runs = open.runs(grid);
    assertEquals(Ladder.read("base.batch=2", "grid=" + grid).runs(), runs);
    assertEquals(4, runs.size());
    String refusal =
        assertThrows(UserException.class, () -> open.runs("[{model: [{width: 17}]}]")).getMessage();
    assertTrue(refusal.contains("17"), refusal);
    assertEquals(4, open.runs(grid).size(), "a grid that is refused leaves no trace");
  }
}
