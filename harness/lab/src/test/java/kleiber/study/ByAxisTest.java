package kleiber.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.models.ParallelStreams;
import org.junit.jupiter.api.Test;

/** The project's grid of streams, on losses that say what a stream is worth. */
final class ByAxisTest {
  private static final double NOISE = 0.005;
  private static final Experiment STREAMS = MadeLosses.experiment("parallel-streams");

  private static int streams(Run run) {
    return ((ParallelStreams) run.spec().model()).streams();
  }

  /** Four streams cost 0.05 nats, two gain as many, at every width alike. */
  private static ToDoubleFunction<Run> losses(double noise) {
    return run ->
        1
            + 8 / Math.sqrt(((ParallelStreams) run.spec().model()).width())
            + (streams(run) == 4 ? 0.05 : streams(run) == 2 ? -0.05 : 0)
            + noise * new Random(run.id().hashCode()).nextGaussian();
  }

  private static StudyResult study(Experiment experiment, ToDoubleFunction<Run> losses) {
    return Conclusions.of(MadeLosses.analysis(experiment, losses)).studies().getLast();
  }

  @Test
  void whatEachValueIsWorthIsMeasured() {
    StudyResult study = study(STREAMS, losses(NOISE));
    assertEquals("ByAxis-streams", study.study());
    assertEquals(
        "Measured with no law, the loss against streams 1 is higher by more than seeds make at"
            + " streams 4 and lower by more than seeds make at streams 2.",
        study.sentences().getFirst());
    StudyResult.Number two = study.numbers().get("streams 2 less 1, on average");
    StudyResult.Number four = study.numbers().get("streams 4 less 1, on average");
    assertTrue(two.low() < -0.05 && -0.05 < two.high() && two.high() < -0.03, two::toString);
    assertTrue(four.low() < 0.05 && 0.05 < four.high() && four.low() > 0.03, four::toString);
    StudyTable table = study.tables().getFirst();
    assertEquals(
        List.of("N", "D", "Seeds", "streams 1", "streams 2", "streams 4", "2 less 1", "4 less 1"),
        table.columns());
    assertEquals(5, table.rows().size(), "widths, the last with one run that is held out");
    assertEquals(3312, table.rows().getFirst().getFirst().value());
    assertTrue(study.notes().getFirst().contains("12 degrees of freedom"), study.notes()::toString);
  }

  @Test
  void whatSeedsHideIsNotTold() {
    StudyResult study = study(STREAMS, losses(0.3));
    assertEquals(
        "Measured with no law, the loss against streams 1 is no more than seeds make apart at"
            + " streams 2 and 4.",
        study.sentences().getFirst());
  }

  @Test
  void aSingleSeedTellsNoNoise() {
    List<Run> one = STREAMS.runs().stream().filter(run -> run.spec().seed() == 1).toList();
    StudyResult study =
        study(new Experiment("made", "?", one, STREAMS.fit(), STREAMS.text()), losses(NOISE));
    assertTrue(
        study.sentences().getFirst().endsWith(": a single seed tells no noise."),
        study.sentences()::toString);
  }

  /** A law of N and D alone has no axis to look along. */
  @Test
  void otherExperimentsAreAsTheyWere() {
    Conclusions ladder =
        Conclusions.of(
            MadeLosses.analysis(
                MadeLosses.experiment("isoflop-ladder"), run -> 2 + 1 / Math.log(run.flops(256))));
    assertTrue(
        ladder.studies().stream().noneMatch(study -> study.study().startsWith("ByAxis")),
        ladder::toString);
  }
}
