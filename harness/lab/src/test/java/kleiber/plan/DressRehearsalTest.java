package kleiber.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kleiber.experiment.Experiment;
import org.junit.jupiter.api.Test;

/** The quickstart's grid, played through in a world where its law holds. */
class DressRehearsalTest {
  private static final Path QUICKSTART =
      Path.of(System.getProperty("kleiber.home"), "experiments", "quickstart.yaml");

  @Test
  void theRightLawIsRightAndWhatTheGridDoesNotAllowIsSaid() throws IOException {
    Experiment experiment = Experiment.read(QUICKSTART, List.of());
    PlannedScales scales = PlannedScales.opened(experiment.fit(), List.of(), Path.of("none"));
    Prior prior = Prior.usual(experiment, scales, OptionalDouble.of(0.003));
    List<EstimatorScore> scores =
        new DressRehearsal(experiment, scales, prior, 20, 50, 1).play(Optional.empty());
    EstimatorScore law = scores.getFirst();
    assertEquals(Estimand.LOSS, law.estimand());
    assertEquals(20, law.draws());
    assertTrue(Math.abs(law.bias()) < law.error(), law.toString());
    assertTrue(law.error() > 0.001 && law.error() < 0.02, law.toString());
    assertTrue(law.coverage() >= 0.7, law.toString());
    EstimatorScore parabolas =
        scores.stream().filter(score -> score.name().startsWith("Approach 2")).findFirst().get();
    assertEquals(0, parabolas.draws(), "no two runs of the quickstart have one budget");
    assertTrue(parabolas.refusal().orElseThrow().contains("budgets have an optimum"));
    EstimatorScore exponents =
        scores.stream().filter(score -> score.name().startsWith("Approach 3")).findFirst().get();
    assertEquals(0.365854 / (0.347813 + 0.365854), exponents.truth(), 1e-3);
  }

  @Test
  void moreNoiseMakesAWiderProspect() throws IOException {
    Experiment experiment = Experiment.read(QUICKSTART, List.of());
    PlannedScales scales = PlannedScales.opened(experiment.fit(), List.of(), Path.of("none"));
    Prospect quiet =
        Prospect.of(
            experiment,
            scales,
            Prior.usual(experiment, scales, OptionalDouble.of(0.002)),
            List.of());
    Prospect noisy =
        Prospect.of(
            experiment,
            scales,
            Prior.usual(experiment, scales, OptionalDouble.of(0.02)),
            List.of());
    double wide = noisy.halfWidth().orElseThrow();
    assertTrue(wide > 3 * quiet.halfWidth().orElseThrow(), wide + " of the noisy");
    String said = String.join("\n", noisy.sentences(OptionalDouble.of(0.01)));
    assertTrue(said.contains("Not identified by these sizes: "), said);
    assertTrue(said.contains("Too few seeds: "), said);
    assertTrue(said.contains("Power to see a difference of 1 % between two recipes"), said);
    Prospect far =
        Prospect.of(
            experiment,
            scales,
            Prior.usual(experiment, scales, OptionalDouble.of(0.002)),
            List.of(new Target(1e9, 2e10)));
    String warned = String.join("\n", far.sentences(OptionalDouble.empty()));
    assertTrue(warned.contains("Out of range: "), warned);
    assertThrows(
        IllegalArgumentException.class,
        () -> new DressRehearsal(experiment, scales, far.prior(), 1, 60, 1));
  }
}
