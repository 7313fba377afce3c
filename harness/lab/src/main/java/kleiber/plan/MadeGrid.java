package kleiber.plan;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.laws.Observation;
import kleiber.observe.Observations;
import kleiber.run.StoredRun;

/**
 * One draw of a grid's losses, read as the grid's own will be.
 *
 * @param fit rows that the plan fits
 * @param heldOut rows that the plan foretells
 * @param curves rows to fit with all checkpoints after the warm-up
 * @param shift of one further run, in standard deviations of ln L
 */
record MadeGrid(
    List<Observation> fit, List<Observation> heldOut, List<Observation> curves, double shift) {
  static MadeGrid of(
      Experiment experiment, PlannedScales scales, Prior prior, SplittableRandom random)
      throws IOException {
    FitPlan plan = experiment.fit();
    double shift = random.nextGaussian();
    List<StoredRun> runs = new MadeRuns(scales, prior).of(experiment.runs(), random);
    Observations planned = Observations.of(runs, plan);
    FitPlan whole = plan.of(FitPlan.Selection.ALL_AFTER_WARMUP);
    return new MadeGrid(
        planned.fit(), planned.heldOut(), Observations.of(runs, whole).fit(), shift);
  }
}
