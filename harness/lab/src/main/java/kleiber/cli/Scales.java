package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import kleiber.data.Reading;
import kleiber.experiment.Experiment;
import kleiber.plan.PlannedScales;
import kleiber.run.RunStore;

/** Where the runs of an experiment lie. */
final class Scales {
  private Scales() {}

  /**
   * Opens what the runs that are not yet done will read.
   *
   * @param folder of the results
   * @param out told of a corpus that is read for the first time
   * @throws kleiber.experiment.UserException when {@code run} would refuse one
   */
  static PlannedScales of(Experiment experiment, Path folder, PrintWriter out) throws IOException {
    ProgressLine line = new ProgressLine(out, ProgressLine.onTerminal());
    try {
      return Reading.toldTo(
          new ReadingLine(line),
          () ->
              PlannedScales.of(
                  experiment.fit(), new RunStore(folder).load(experiment), Caches.corpora()));
    } finally {
      line.close();
    }
  }

  /** The same, of the corpora that runs see more than once; the others need not be here. */
  static PlannedScales ofUnique(Experiment experiment, Path folder) throws IOException {
    return PlannedScales.ofUnique(
        experiment.fit(), new RunStore(folder).load(experiment), Caches.corpora());
  }
}
