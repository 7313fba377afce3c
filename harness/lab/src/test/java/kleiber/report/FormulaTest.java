package kleiber.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kleiber.observe.MadeRuns;
import org.junit.jupiter.api.Test;

class FormulaTest {
  @Test
  void exponentsAreRaised() {
    assertEquals(
        "L = E + A N<sup>−α</sup> + B D<sup>−β</sup>",
        Formula.html("L = E + A N^-alpha + B D^-beta"));
    assertEquals("(N<sub>c</sub>/N)<sup>(a+1)</sup>", Formula.html("(N_c/N)^(a+1)"));
    assertEquals("a &lt; x<sup>2</sup>", Formula.html("a < x^2"));
    assertEquals("alphabet β", Formula.letters("alphabet beta"));
  }

  @Test
  void onlySettingsThatDifferAreTold() {
    List<String> models =
        Settings.thatDiffer(MadeRuns.grid().stream().map(run -> run.run().spec().model()).toList());
    assertEquals("depth 2, width 16, heads 1", models.getFirst());
    assertEquals("depth 5, width 160, heads 10", models.getLast());
    assertEquals(
        List.of("", ""),
        Settings.thatDiffer(List.of(MadeRuns.PLAN.holdOut(), MadeRuns.PLAN.holdOut())));
  }
}
