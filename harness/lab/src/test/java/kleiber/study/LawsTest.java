package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Laws;
import kleiber.experiment.Run;
import kleiber.experiment.ThreeParts;
import kleiber.laws.Chinchilla;
import kleiber.laws.Farseer;
import kleiber.laws.Observation;
import kleiber.observe.Analysis;
import org.junit.jupiter.api.Test;

/** Laws on losses that one of them made. */
final class LawsTest {
  private static final Experiment EXPERIMENT = asking(CheckpointsTest.EXPERIMENT.runs());

  private static Experiment asking(List<Run> runs) {
    Experiment other = CheckpointsTest.EXPERIMENT;
    return new Experiment(
        "made",
        "?",
        runs,
        other.fit(),
        List.of(new Laws(List.of(new Chinchilla(), new Farseer()))),
        other.text());
  }

  private static double loss(Run run, long step, String name) {
    double noise = 2e-4 * new SplittableRandom(run.id().hashCode()).nextGaussian();
    return CheckpointsTest.law(run, step) * Math.exp(noise);
  }

  @Test
  void theLawThatMadeTheLossesBeatsThePlainPowerLaw() {
    StudyResult study =
        Conclusions.of(MadeLosses.curves(EXPERIMENT, LawsTest::loss)).studies().getFirst();
    double chinchilla = study.numbers().get("error of Chinchilla").value();
    assertTrue(chinchilla < 2e-3, study.sentences()::toString);
    assertTrue(
        study.numbers().get("error of PowerLaw").value() > 2 * chinchilla,
        study.tables()::toString);
    assertEquals(4, study.tables().getFirst().rows().size());
  }

  /** A fifth of 155 runs, most of them eight of a cell, would end within a cell. */
  @Test
  void seedsOfACellStayTogether() {
    Experiment most = asking(EXPERIMENT.runs().subList(0, 155));
    Analysis analysis = MadeLosses.curves(most, LawsTest::loss);
    ThreeParts parts =
        ThreeParts.of(
            Stream.concat(
                    analysis.observations().fit().stream(),
                    analysis.observations().heldOut().stream())
                .toList());
    assertTrue(largest(parts.fit()) < smallest(parts.choose()), "fitted beside ordered by");
    assertTrue(largest(parts.choose()) < smallest(parts.score()), "ordered by beside judged on");
  }

  private static double largest(List<Observation> rows) {
    return rows.stream().mapToDouble(row -> row.at().flops()).max().orElseThrow();
  }

  private static double smallest(List<Observation> rows) {
    return rows.stream().mapToDouble(row -> row.at().flops()).min().orElseThrow();
  }

  @Test
  void seedsOfOneCellAloneAreNoContest() {
    Experiment cell = asking(EXPERIMENT.runs().subList(0, 8));
    StudyResult study =
        Conclusions.of(MadeLosses.curves(cell, LawsTest::loss)).studies().getFirst();
    assertTrue(
        study.sentences().getFirst().contains("have 1 different computes"),
        study.sentences()::toString);
  }

  @Test
  void tooFewRunsAreSaidToBeTooFew() {
    Experiment few = asking(EXPERIMENT.runs().subList(0, 3));
    StudyResult study = Conclusions.of(MadeLosses.curves(few, LawsTest::loss)).studies().getFirst();
    assertEquals(
        "It cannot be said: a contest needs runs to fit, to choose and to score: at least 5, but"
            + " there are 3.",
        study.sentences().getFirst());
    assertThrows(IllegalArgumentException.class, () -> new Laws(List.of()));
  }

  @Test
  void aLawIsNamedOnce() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Laws(List.of(new Chinchilla(), new Chinchilla())))
            .getMessage();
    assertTrue(message.startsWith("laws names Chinchilla twice"), message);
  }
}
