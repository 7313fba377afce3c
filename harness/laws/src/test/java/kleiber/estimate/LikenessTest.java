package kleiber.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kleiber.laws.Scale;
import org.junit.jupiter.api.Test;

/** Which scales of two recipes may be set side by side. */
final class LikenessTest {
  private static Scale at(double params, double tokens, double streams) {
    return new Scale(params, tokens, 6 * params * tokens, Map.of("streams", streams));
  }

  @Test
  void whatVariesWithinARecipeMustBeAlike() {
    List<Scale> several = List.of(at(1e6, 1e8, 1), at(1e6, 1e8, 2), at(1e6, 1e8, 4));
    Likeness likeness = Likeness.of(several, List.of(at(1e6, 1e8, 2)));
    assertEquals(Set.of("streams"), likeness.axes());
    assertFalse(likeness.holds(several.get(0), at(1e6, 1e8, 2)));
    assertTrue(likeness.holds(several.get(1), at(1.05e6, 1.0005e8, 2)));
    assertTrue(likeness.holds(several.get(0), Scale.of(1e6, 1e8)), "no streams are told of it");
  }

  @Test
  void whatEachRecipeHasOneOfIsWhatTheyDifferIn() {
    Likeness likeness = Likeness.of(List.of(at(1e6, 1e8, 1)), List.of(at(1e6, 1e8, 4)));
    assertTrue(likeness.holds(at(1e6, 1e8, 1), at(1e6, 1e8, 4)));
    assertFalse(likeness.holds(at(1e6, 1e8, 1), at(1.2e6, 1e8, 4)), "another N");
    assertFalse(likeness.holds(at(1e6, 1e8, 1), at(1e6, 1.01e8, 4)), "another D");
  }
}
