package kleiber.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import kleiber.engine.Update;
import kleiber.engine.cuda.driver.CudaException;
import kleiber.experiment.Run;
import kleiber.experiment.UserException;
import kleiber.models.ModelFamily;
import kleiber.train.Facts;
import kleiber.train.StopSignal;
import kleiber.train.Trainer;

/** Opens what runs will read: what a corpus cannot serve is known now, and not hours later. */
public final class GridCheck {
  private final Function<ModelFamily, Trainer> trainers;
  private final StopSignal stop;
  private final Map<String, Facts> facts = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  /** What decides the outcome of a check, but for tokens. */
  private record Alike(Object shape, Update.Rule rule) {}

  private GridCheck(Function<ModelFamily, Trainer> trainers, StopSignal stop) {
    this.trainers = trainers;
    this.stop = stop;
  }

  /**
   * Checks runs. Those of one shape and one rule of the optimizer differ in nothing that is asked
   * of a corpus, or of muP, but their tokens, so that the one of the most speaks for all, unless it
   * is refused.
   *
   * @return facts by id; of fewer runs when stopped
   * @throws UserException when a run is refused
   */
  public static Map<String, Facts> of(
      List<Run> runs, Function<ModelFamily, Trainer> trainers, StopSignal stop) {
    GridCheck check = new GridCheck(trainers, stop);
    Map<Alike, List<Run>> alike = new LinkedHashMap<>();
    for (Run run : runs) {
      try (Trainer trainer = trainers.apply(run.spec().model())) {
        Alike kind = new Alike(trainer.shape(run.spec()), run.spec().optimizer().rule());
        alike.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run);
      }
    }
    try {
      alike.values().forEach(check::alike);
    } catch (CancellationException _) {
      return check.facts; // stopped while a corpus was opened: no run will start
    }
    if (!check.mistakes.isEmpty()) {
      throw new UserException(
          check.mistakes.getFirst()
              + (check.mistakes.size() == 1
                  ? ""
                  : "; %d of the %d runs to train are refused"
                      .formatted(check.mistakes.size(), runs.size())));
    }
    return check.facts;
  }

  private void alike(List<Run> runs) {
    Run most =
        runs.stream()
            .max(Comparator.comparingLong(run -> run.spec().repeat() ? 0 : run.trainedTokens()))
            .orElseThrow();
    int before = mistakes.size();
    check(most);
    if (mistakes.size() == before) {
      runs.forEach(run -> facts.putIfAbsent(run.id(), facts.get(most.id())));
    } else if (runs.size() > 1) {
      mistakes.removeLast();
      runs.forEach(this::check);
    }
  }

  private void check(Run run) {
    if (stop.stopped()) {
      throw new CancellationException();
    }
    try (Trainer trainer = trainers.apply(run.spec().model())) {
      facts.put(run.id(), trainer.check(run.spec(), stop));
    } catch (IOException | IllegalArgumentException | CudaException e) {
      mistakes.add("run " + run.id() + ": " + Failure.sentence(e));
    }
  }
}
