package kleiber.study;

import static kleiber.study.MadeRecipes.COSINE;
import static kleiber.study.MadeRecipes.SEED;
import static kleiber.study.MadeRecipes.losses;
import static kleiber.study.MadeRecipes.muon;
import static kleiber.study.MadeRecipes.says;
import static kleiber.study.MadeRecipes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import kleiber.experiment.Experiment;
import kleiber.experiment.Experiments;
import kleiber.experiment.Run;
import kleiber.observe.Analysis;
import kleiber.observe.PositionTable;
import kleiber.report.Report;
import kleiber.run.StoredRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where in the window one recipe loses ground, on losses whose slope is known. */
final class LossByPositionTest {
  @TempDir private Path folder;

  /** The loss falls with the position; Muon's is 1 % higher for every doubling of it. */
  private static List<Double> positions(Run run, double slope, long seed) {
    Random noise = new Random(seed ^ run.id().hashCode());
    return IntStream.rangeClosed(1, 64)
        .mapToObj(
            t ->
                (1.5 + 2 / Math.sqrt(t))
                    * Math.exp((muon(run) ? slope : 0) * Math.log(t) / Math.log(2))
                    * Math.exp(0.001 * noise.nextGaussian()))
        .toList();
  }

  private static StudyResult.Number slope(StudyResult study) {
    return study.numbers().get("muon over adamw, per doubling of the position");
  }

  @Test
  void whereInTheWindowOneFallsBehindIsFound() throws IOException {
    Experiment experiment = Experiments.parse(text("16, 32", "1, 2, 3", COSINE));
    List<StoredRun> runs = MadeLosses.runs(experiment.runs(), losses(_ -> 0, SEED));
    Analysis analysis =
        Analysis.of(experiment, MadeLosses.byPosition(runs, run -> positions(run, 0.01, SEED)));
    Conclusions conclusions = Conclusions.of(analysis);
    StudyResult study = conclusions.studies().getFirst();
    assertTrue(says(study, "By position in the window of 64 tokens"), study::toString);
    assertTrue(says(study, "muon loses ground to adamw along the window"), study::toString);
    assertEquals(0.01, slope(study).value(), 4e-4); // five standard deviations of the noise
    assertTrue(slope(study).high() - slope(study).low() < 1e-3, slope(study)::toString);
    assertTrue(says(study, "muon is behind"), study::toString);
    assertEquals(2, study.figures().size());
    Report.write(folder, conclusions);
    List<String> table = Files.readAllLines(folder.resolve(PositionTable.FILE));
    assertEquals("run,held_out,position,loss", table.getFirst());
    assertEquals(1 + 64 * runs.size(), table.size());

    StudyResult even =
        Conclusions.of(
                Analysis.of(experiment, MadeLosses.byPosition(runs, run -> positions(run, 0, 8))))
            .studies()
            .getFirst();
    assertTrue(says(even, "no change along the window is known"), even::toString);
  }

  /** The noise of the other sizes tells what a single seed of the largest is worth. */
  @Test
  void aSingleSeedHasTheNoiseOfTheOthers() {
    Experiment experiment = Experiments.parse(text("16, 32", "1, 2, 3", COSINE));
    List<Run> runs =
        experiment.runs().stream()
            .filter(run -> run.spec().seed() == 1 || run.spec().tokens() < 8e6)
            .toList();
    List<StoredRun> made =
        MadeLosses.byPosition(
            MadeLosses.runs(runs, losses(_ -> 0, SEED)), run -> positions(run, 0.01, SEED));
    StudyResult study = Conclusions.of(Analysis.of(experiment, made)).studies().getFirst();
    assertTrue(says(study, ", 1 seed) muon over adamw is "), study::toString);
    assertTrue(says(study, "muon loses ground to adamw along the window"), study::toString);
    assertEquals(0.01, slope(study).value(), 4e-4); // five standard deviations of the noise
    assertTrue(slope(study).high() - slope(study).low() < 1e-3, slope(study)::toString);
  }
}
