package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.fit.Interval;
import kleiber.models.Gpt;
import kleiber.observe.Analysis;
import org.junit.jupiter.api.Test;

/** Learning rates over widths, on losses whose best rates are known. */
final class WidthTransferTest {
  private static final Experiment EXPERIMENT = MadeLosses.experiment("width-transfer");
  private static final double BEST = 0.012;
  private static final double CURVATURE = 0.03;

  /** A basin about the best rate, which moves in the standard parametrization alone. */
  private static ToDoubleFunction<Run> basins(double slope) {
    return run -> {
      Gpt model = (Gpt) run.spec().model();
      double moves = model.muP().isPresent() ? 0 : slope;
      double best = BEST * Math.pow(model.width() / 16.0, moves);
      double away = Math.log(run.spec().optimizer().learningRate() / best);
      double noise = 1e-3 * Math.sin(run.id().hashCode());
      return (3 - 0.3 * Math.log(model.width())) * (1 + CURVATURE * away * away) + noise;
    };
  }

  private static StudyResult study(ToDoubleFunction<Run> loss) {
    return Conclusions.of(MadeLosses.analysis(EXPERIMENT, loss)).studies().stream()
        .filter(study -> study.study().equals("WidthTransfer"))
        .findFirst()
        .orElseThrow();
  }

  private static StudyResult.Number number(StudyResult study, String name) {
    return study.numbers().get(name);
  }

  @Test
  void aRateThatFallsAndOneThatStaysAreToldApart() {
    StudyResult study = study(basins(-0.8));
    StudyResult.Number standard =
        number(study, "slope of the best rate over width, the standard parametrization");
    StudyResult.Number muP =
        number(study, "slope of the best rate over width, muP (base width 16)");
    assertTrue(new Interval(standard.low(), standard.high(), 0.9).holds(-0.8), standard::toString);
    assertTrue(new Interval(muP.low(), muP.high(), 0.9).holds(0), muP::toString);
    List<String> sentences = study.sentences();
    assertTrue(
        sentences.stream()
            .anyMatch(
                s ->
                    s.startsWith("In the standard parametrization")
                        && s.contains("4 of 5 widths have a minimum of their own")
                        && s.endsWith("it falls with width.")),
        sentences::toString);
    assertTrue(
        sentences.stream()
            .anyMatch(s -> s.startsWith("In muP") && s.endsWith("it stays where it is.")),
        sentences::toString);
  }

  @Test
  void theRateOfTheSmallestWidthIsPricedAtTheLargest() {
    StudyResult study = study(basins(-0.8));
    double base = 3 - 0.3 * Math.log(192);
    double away = 0.8 * Math.log(12);
    String name = "cost at width 192 of the rate of width 16, the standard parametrization";
    // Straight lines between rates two apart lie above a parabola, and so do the losses beside it.
    assertEquals(base * CURVATURE * away * away, number(study, name).value(), 0.03);
    double muP =
        number(study, "cost at width 192 of the rate of width 16, muP (base width 16)").value();
    assertTrue(Math.abs(muP) < 0.015, "muP costs " + muP);
  }

  /** Basins below all rates tried but at one width: their curvature alone would tell a slope. */
  @Test
  void aSlopeTakesTwoMinima() {
    StudyResult study =
        study(
            run -> {
              Gpt model = (Gpt) run.spec().model();
              double best = model.width() == 16 ? BEST : 1.5e-3;
              double away = Math.log(run.spec().optimizer().learningRate() / best);
              return (3 - 0.3 * Math.log(model.width())) * (1 + CURVATURE * away * away)
                  + 1e-3 * Math.sin(run.id().hashCode());
            });
    assertTrue(
        study
            .sentences()
            .contains(
                "How the best rate moves in muP (base width 16) over widths 16 to 128 is not known:"
                    + " 1 of 5 widths has a minimum of its own, and a slope takes two."),
        study.sentences()::toString);
    assertEquals(null, number(study, "slope of the best rate over width, muP (base width 16)"));
  }

  @Test
  void flatLossesSayNothing() {
    StudyResult study = study(run -> 2 + 1e-3 * Math.sin(run.id().hashCode()));
    assertEquals(
        2,
        study.sentences().stream()
            .filter(s -> s.startsWith("How the best rate moves in"))
            .filter(s -> s.contains("show no curvature"))
            .count(),
        study.sentences()::toString);
  }

  @Test
  void aGridOfTooFewWidthsOrRatesIsRefusedBeforeTraining() throws IOException {
    String file =
        Files.readString(
                Path.of(System.getProperty("kleiber.home"), "experiments", "width-transfer.yaml"))
            .replaceFirst("corpus: \\{.*}}", "corpus: {type: StandInCorpus, vocabulary: 256}")
            .replaceFirst("(?s)  # To foretell: twelve times.*?\nfit:", "\nfit:")
            .replace("flopsAbove: 4e12", "flopsAbove: 1e11");
    String widths = file.replace("[16, 32, 48, 64]", "[16]");
    assertEquals("2", found(widths), "16 and 128");
    assertEquals(
        "none",
        found(
            file.replace(", 6.4e-2", "")
                .replaceAll("\\[2e-3.*?]", "[2e-3, 4e-3]")
                .replaceAll("\\[[48]e-3.*?]", "[2e-3]")));
  }

  /** How many widths the refusal of a grid has found. */
  private static String found(String text) {
    String message = assertThrows(UserException.class, () -> Experiments.parse(text)).getMessage();
    Matcher sentence =
        Pattern.compile(
                "studies: WidthTransfer: it takes 3 values of model.width, .* each at 3 rates or"
                    + " more; the grid has (none|\\d);")
            .matcher(message);
    assertTrue(sentence.find(), message);
    return sentence.group(1);
  }

  @Test
  void otherGridsAreRefusedInASentence() {
    Analysis one =
        MadeLosses.analysis(
            new Experiment(
                EXPERIMENT.name(),
                EXPERIMENT.question(),
                EXPERIMENT.runs().stream()
                    .filter(run -> ((Gpt) run.spec().model()).width() == 16)
                    .toList(),
                EXPERIMENT.fit(),
                EXPERIMENT.studies(),
                EXPERIMENT.text()),
            basins(0));
    String sentence = Conclusions.of(one).studies().getFirst().sentences().getFirst();
    assertTrue(sentence.contains("no 3 values of model.width"), sentence);
  }
}
