package kleiber.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import kleiber.models.Encoder;
import kleiber.models.Gpt;
import kleiber.models.MixtureOfExperts;
import kleiber.models.ModelFamily;
import kleiber.models.ParallelStreams;
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

  private static final String STREAMS =
      "{type: ParallelStreams, position: learned, norm: layer, activation: gelu, tiedHead: true,"
          + " qkNorm: false, biases: true, prefix: 8}";

  private static final String ENCODER =
      "{type: Encoder, position: learned, norm: layer, activation: gelu, qkNorm: false,"
          + " biases: true, masked: 0.15}";

  private static List<ModelFamily> models(String model, String grid) {
    return Experiment.read(
            QUICKSTART,
            List.of(
                "rules=[{type: WarmupFraction, fraction: 0.1}, {type: DepthByWidth, columns: 16},"
                    + " {type: HeadsByWidth, columns: 8},"
                    + " {type: LearningRateBySize, params: 1e4, rate: 1e-3, exponent: -0.3}]",
                "base.model=" + model,
                "grid=" + grid,
                "fit.holdOut.flopsAbove=1e11"))
        .runs()
        .stream()
        .map(run -> run.spec().model())
        .distinct()
        .toList();
  }

  @Test
  void otherFamiliesHaveShapesToo() {
    List<ModelFamily> streams =
        models(STREAMS, "[{model.width: [16, 32], model.streams: [1, 4], tokens: [1e5, 1e6]}]");
    assertEquals(4, streams.size());
    ParallelStreams widest = (ParallelStreams) streams.getLast();
    assertEquals(
        List.of(2, 32, 4, 4),
        List.of(widest.depth(), widest.width(), widest.heads(), widest.streams()));
    Encoder encoder =
        (Encoder) models(ENCODER, "[{model.width: [16, 32], tokens: [1e5, 1e6]}]").getLast();
    assertEquals(4, encoder.heads());
  }

  @Test
  void oneLawIsNotFittedToLossesOfDifferentThings() {
    String message =
        assertThrows(
                UserException.class,
                () ->
                    models(
                        ENCODER,
                        "[{model.width: [16], model.masked: [0.15, 0.3], tokens: [1e5, 1e6]}]"))
            .getMessage();
    assertTrue(
        message.contains(
            "grid: its models predict masked tokens (a share of 0.15), and masked tokens (a share"
                + " of 0.3): such losses do not compare"),
        message);
  }
}
