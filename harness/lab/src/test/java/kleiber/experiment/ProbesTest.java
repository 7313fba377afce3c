package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs beside the grid, and studies that read them. */
final class ProbesTest {
  private static final String PROBES =
      """
      probes:
        - model: [{width: 16}]
          tokens: [1e5]
          rules.1.rate: [1.5e-3, 6e-3]

      fit:\
      """;

  private static Experiment probed() {
    return Ladder.parse(Ladder.text("fit:", PROBES) + "studies:\n  - {type: RateCheck}\n");
  }

  @Test
  void aProbeVariesWhatARuleSetsAndLeavesTheGridAlone() {
    List<Run> grid = Ladder.read().runs();
    Experiment probed = probed();
    assertEquals(grid, probed.grid());
    List<Run> probes = probed.runs().subList(grid.size(), probed.runs().size());
    assertEquals(2, probes.size());
    double rate = grid.getFirst().spec().optimizer().learningRate();
    for (int i = 0; i < 2; i++) {
      assertTrue(probes.get(i).probe());
      assertEquals(
          rate * (i == 0 ? 0.5 : 2), probes.get(i).spec().optimizer().learningRate(), 1e-12);
      assertEquals(
          grid.getFirst().spec().schedule(), probes.get(i).spec().schedule(), "the other rule");
    }
    assertEquals(List.of(new RateCheck()), probed.studies());
  }

  @Test
  void aProbeOfOneExperimentIsACellOfAnother() {
    Run probe = probed().runs().getLast();
    Run cell = Ladder.read("rules.1.rate=6e-3").runs().getFirst();
    assertEquals(cell.id(), probe.id());
    assertFalse(cell.probe());
    assertEquals(probe, cell.asProbe());
  }

  @Test
  void aChangeAddsAnAxisToProbes() {
    Experiment changed =
        ExperimentReader.parse(probed().text(), "x.yaml", List.of("probes.0.seed=[1, 2]"));
    assertEquals(4, changed.runs().size() - changed.grid().size());
    assertEquals(changed.runs(), Ladder.parse(changed.text()).runs());
  }

  @Test
  void aGridMayVaryARuleToo() {
    Experiment ladder = Ladder.parse(Ladder.text("tokens: [1e6]", "rules.0.fraction: [0.1, 0.2]"));
    assertEquals(8, ladder.runs().size());
    assertEquals(2e4, ladder.runs().getLast().spec().schedule().warmupTokens());
  }

  @Test
  void aProbeThatTheGridHasIsRefused() {
    String text = Ladder.text("fit:", PROBES.replace("[1.5e-3, 6e-3]", "[3e-3]"));
    assertEquals(
        SOURCE
            + ":40:3: the probe model={width: 16}, tokens=1e5, rules.1.rate=3e-3 is run"
            + " ba3277747eb338c7, which is asked for already by model={width: 16}, tokens=1e5",
        message(text));
  }

  @Test
  void mistakesInPathsOfRulesAreNamed() {
    assertEquals(
        SOURCE + ":42:5: there is no '7' in rules, which has the indexes 0 to 1",
        message(Ladder.text("fit:", PROBES.replace("rules.1.", "rules.7."))));
    String misspelt = message(Ladder.text("fit:", PROBES.replace("rules.1.rate", "rules.1.rat")));
    assertTrue(misspelt.startsWith(SOURCE + ":42:5: unknown key 'rat'"), misspelt);
    String refused = message(Ladder.text("fit:", PROBES.replace("[1.5e-3, 6e-3]", "[-1]")));
    assertTrue(refused.contains("rate is -1.0 but must be positive"), refused);
  }

  @Test
  void onlyTheGridIsSplit() {
    String text =
        Ladder.text("fit:", PROBES.replace("tokens: [1e5]", "tokens: [1e9]"))
            .replace("flopsAbove: 1e11", "flopsAbove: 5e12");
    assertTrue(message(text).contains("leaves nothing to predict"), message(text));
  }

  @Test
  void aStudyThatIsNotThereIsRefused() {
    String unknown = message(Ladder.text() + "studies: [{type: RateChek}]\n");
    assertTrue(unknown.contains("unknown Study 'RateChek'; known: "), unknown);
    assertTrue(unknown.endsWith("did you mean 'RateCheck'?"), unknown);
    String twice = message(Ladder.text() + "studies: [{type: RateCheck}, {type: RateCheck}]\n");
    assertTrue(twice.endsWith("studies: RateCheck is there twice"), twice);
    String word = message(Ladder.text() + "studies: RateCheck\n");
    assertTrue(word.contains("studies: expected a list, was given 'RateCheck'"), word);
    String more = message(Ladder.text() + "studies: [{type: RateCheck, rate: 1}]\n");
    assertTrue(more.contains("unknown key 'rate' in RateCheck"), more);
  }

  @Test
  void whatNoLossCouldAnswerIsRefusedBeforeTraining() {
    String probes = message(Ladder.text() + "studies: [{type: RateCheck}]\n");
    assertTrue(
        probes.contains(
            "studies: RateCheck: it reads probes at other learning rates than the rule's, and the"
                + " file has no probes; runs that are done are read by ./kleiber report"),
        probes);
    String rates = message(Ladder.text() + "studies: [{type: HyperparameterLaw}]\n");
    assertTrue(
        rates.contains(
            "HyperparameterLaw: it takes 3 learning rates at one size, length and batch, or over 3"
                + " batches together, among the runs that are fitted; the grid has at most 1;"),
        rates);
    String seeds = message(Ladder.text() + "studies: [{type: SeedCoverage}]\n");
    assertTrue(
        seeds.contains(
            "SeedCoverage: how often intervals hold takes at least 3 seeds, each with more runs to"
                + " fit than Chinchilla has parameters and a run held out; the grid has "),
        seeds);
  }

  private static final String SOURCE = Ladder.SOURCE;

  private static String message(String text) {
    return assertThrows(UserException.class, () -> Ladder.parse(text)).getMessage();
  }
}
