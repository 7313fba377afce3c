package kleiber.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;

/**
 * Every run of an experiment at a glance, as often as one likes: what has come to its end is read
 * once, and of what was not begun nothing but the name is looked for.
 */
public final class Glances {
  private final RunStore store;
  private final Experiment experiment;
  private final Map<String, RunSummary> ended = new HashMap<>();

  /** Of the runs in a store. */
  public Glances(RunStore store, Experiment experiment) {
    this.store = store;
    this.experiment = experiment;
  }

  /** How the runs look now, in the order of the experiment. */
  public List<RunSummary> now() throws IOException {
    Set<String> begun = new HashSet<>();
    for (Path folder : List.of(store.unfinished(), store.runs())) {
      Disk.list(folder).forEach(path -> begun.add(path.getFileName().toString()));
    }
    List<RunSummary> all = new ArrayList<>();
    for (Run run : experiment.runs()) {
      RunSummary known = ended.get(run.id());
      if (known == null) {
        known = begun.contains(run.id()) ? look(run) : RunSummary.missing(run, Optional.empty());
      }
      if (known.state().isFinal()) {
        ended.put(run.id(), known);
      }
      all.add(known);
    }
    return all;
  }

  /** A second look where the first fell into the moment in which a run changed its place. */
  private RunSummary look(Run run) {
    String heldOut = experiment.fit().heldOut();
    RunSummary first = store.summary(run, heldOut);
    return first.unreadable() ? store.summary(run, heldOut) : first;
  }
}
