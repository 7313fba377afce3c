package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import kleiber.models.Gpt;
import kleiber.models.MixtureOfExperts;
import org.junit.jupiter.api.Test;

/** Two rules that give every size one shape. */
class ShapeRulesTest {
  private static final Path QUICKSTART =
      Path.of(System.getProperty("kleiber.home"), "experiments", "quickstart.yaml");

  private static List<Gpt> shapes(int headColumns, String widths) {
    return Experiment.read(
            QUICKSTART,
            List.of(
                "rules=[{type: WarmupFraction, fraction: 0.1}, {type: DepthByWidth, columns: 16},"
                    + " {type: HeadsByWidth, columns: %d},".formatted(headColumns)
                    + " {type: LearningRateBySize, params: 1e4, rate: 1e-3, exponent: -0.3}]",
                "grid=[{model.width: %s, tokens: [1e5, 1e6]}]".formatted(widths),
                "fit.holdOut.flopsAbove=2e11"))
        .runs()
        .stream()
        .map(run -> (Gpt) run.spec().model())
        .distinct()
        .toList();
  }

  @Test
  void depthAndHeadsFollowFromWidth() {
    List<Gpt> shapes = shapes(8, "[16, 24, 48, 64]");
    assertEquals(List.of(1, 2, 3, 4), shapes.stream().map(Gpt::depth).toList());
    assertEquals(List.of(2, 3, 6, 8), shapes.stream().map(Gpt::heads).toList());
    assertTrue(shapes.stream().allMatch(gpt -> gpt.headWidth() == 8));
  }

  @Test
  void experimentsMayHaveExperts() {
    List<MixtureOfExperts> mixtures =
        Experiment.read(
                QUICKSTART,
                List.of(
                    "rules=[{type: WarmupFraction, fraction: 0.1},"
                        + " {type: DepthByWidth, columns: 16}, {type: HeadsByWidth, columns: 8},"
                        + " {type: LearningRateBySize, params: 1e4, rate: 1e-3, exponent: -0.3}]",
                    "base.model.type=MixtureOfExperts",
                    "base.model.topK=2",
                    "base.model.balance=0.01",
                    "grid=[{model.width: [16, 32], model.experts: [2, 4], tokens: [1e5, 1e6]}]",
                    "fit.params=active",
                    "fit.holdOut.flopsAbove=1e11"))
            .runs()
            .stream()
            .map(run -> (MixtureOfExperts) run.spec().model())
            .distinct()
            .toList();
    assertEquals(List.of(1, 1, 2, 2), mixtures.stream().map(MixtureOfExperts::depth).toList());
    assertEquals(List.of(2, 2, 4, 4), mixtures.stream().map(MixtureOfExperts::heads).toList());
    assertEquals(List.of(2, 4, 2, 4), mixtures.stream().map(MixtureOfExperts::experts).toList());
  }

  @Test
  void aWidthOfNoWholeHeadsIsRefused() {
    String message = assertThrows(UserException.class, () -> shapes(16, "[16, 24]")).getMessage();
    assertTrue(message.contains("a width of 24 is no multiple of 16 columns a head"), message);
  }
}
