package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kleiber.experiment.UserException;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.FlopsPerToken;
import org.junit.jupiter.api.Test;

/** Budgets, targets and sizes as a user writes them. */
class WordsTest {
  @Test
  void budgets() {
    assertEquals(new Budget(7200, Budget.Unit.SECONDS), Budget.parse("2h"));
    assertEquals(new Budget(2700, Budget.Unit.SECONDS), Budget.parse("45 min"));
    assertEquals(Budget.parse("45min"), Budget.parse("45m"));
    assertEquals(new Budget(129_600, Budget.Unit.SECONDS), Budget.parse("1.5d"));
    assertEquals(new Budget(1e15, Budget.Unit.FLOPS), Budget.parse("1e15"));
    assertEquals("2 h", Budget.parse("2h").words());
    assertEquals("1e15 FLOPs", Budget.parse("1e15").words());
    for (String wrong : List.of("", "2 hours", "-3h", "0", "NaN", "e")) {
      String said = assertThrows(UserException.class, () -> Budget.parse(wrong)).getMessage();
      assertTrue(said.contains("expected a time, such as 90s, 45min, 2h"), said);
    }
  }

  @Test
  void aTargetLiesWhereTheRunsDoOnFurtherAxes() {
    Scale run = new Scale(1e6, 2e7, 1.2e14, Map.of("streams", 4.0, Scale.UNIQUE_TOKENS, 5e7));
    Observation row = new Observation("", "", "", 0, run, null, 1, Double.NaN);
    Scale at = new Target(1e8, 2e9).scale(FlopsPerToken.of(List.of(row)), List.of(run));
    assertEquals(Map.of("streams", 4.0, Scale.UNIQUE_TOKENS, 2e9), at.extra());
  }

  @Test
  void targets() {
    assertEquals(new Target(1e8, 2e9), Target.parse("params=1e8, tokens=2e9"));
    for (String wrong : List.of("", "params=1e8", "params=1e8,tokens=x", "params=1,tokens=2,c=3")) {
      String said = assertThrows(UserException.class, () -> Target.parse(wrong)).getMessage();
      assertTrue(said.contains("such as params=1e8,tokens=2e9"), said);
    }
    String none =
        assertThrows(UserException.class, () -> Target.parse("params=0,tokens=1")).getMessage();
    assertTrue(none.contains("params of the target is 0.0 but must be positive"), none);
    String huge =
        assertThrows(UserException.class, () -> Target.parse("params=1,tokens=1e300")).getMessage();
    assertTrue(huge.contains("is 1e300, which no training has; expected 1 to 1e20 tokens"), huge);
  }

  @Test
  void sizesKeepTheirShape() {
    var models = new FixedAspect(32, 16).models();
    assertEquals("{depth=2, width=16, heads=1}", models.getFirst().toString());
    assertEquals("{depth=4, width=128, heads=8}", models.get(5).toString());
    assertThrows(IllegalArgumentException.class, () -> new FixedAspect(0, 16));
  }
}
