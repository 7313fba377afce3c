package kleiber.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kleiber.experiment.Binder;
import kleiber.experiment.Run;
import kleiber.experiment.Yaml;
import kleiber.train.Snapshot;

/**
 * What runs go on from, read and found to be whole.
 *
 * @param saved a snapshot of a cohort that all of them were in
 * @param numbers of the snapshot
 * @param logs of each of the runs, as far as the snapshot goes
 */
record Resumption(SavedSnapshot saved, Snapshot.Tensors numbers, List<Logs> logs) {
  /** A run's two logs: lines of whole rows. */
  record Logs(byte[] checkpoints, byte[] timing) {
    static final Logs NONE = new Logs(new byte[0], new byte[0]);
  }

  /** The last row of a run's times, if there is one. */
  Optional<Timing> lastTime(int member) {
    String text = new String(logs.get(member).timing(), StandardCharsets.UTF_8);
    return text.lines()
        .reduce((_, last) -> last)
        .map(line -> Binder.log().bind(Yaml.parse(line, RunStore.TIMING), Timing.class));
  }

  /** The snapshot by the numbers that the runs have now, all others of its cohort left out. */
  Snapshot snapshot(List<Run> cohort) {
    List<Snapshot.State> states = new ArrayList<>();
    for (int member = 0; member < cohort.size(); member++) {
      Snapshot.State then = saved.of(cohort.get(member).id()).orElseThrow().state();
      states.add(
          new Snapshot.State(
              member,
              then.model(),
              then.nextCheckpoint(),
              then.gradientNorm(),
              then.lossSum(),
              then.lossSteps()));
    }
    return new Snapshot(saved.numerics(), saved.facts(), saved.step(), states, numbers);
  }
}
