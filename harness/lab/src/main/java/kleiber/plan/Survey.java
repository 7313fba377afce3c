package kleiber.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kleiber.engine.Engine;
import kleiber.engine.host.HostEngine;
import kleiber.experiment.Branches;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.run.Capacity;
import kleiber.run.MemberSizes;
import kleiber.run.Packing;
import kleiber.train.Facts;
import kleiber.train.OpenCorpora;
import kleiber.train.Trainer;
import kleiber.train.Trainers;

/** Runs as the runner will see them: their shapes, their memory and their cohorts. */
final class Survey {
  private final Map<Run, Shape> shapes = new HashMap<>();
  private final Map<Run, Double> bytes = new HashMap<>();
  private final Branches branches;

  /** The largest first. */
  private final List<List<Run>> cohorts;

  Survey(List<Run> runs, Workplace place) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    Map<Run, Double> flops = new HashMap<>();
    for (Run run : runs) {
      flops.put(run, run.flops(vocabularies.of(run.spec().corpus())));
    }
    List<Run> largestFirst =
        runs.stream()
            .sorted(Comparator.comparingDouble((Run run) -> flops.get(run)).reversed())
            .toList();
    branches = Branches.of(largestFirst);
    Capacity capacity = place.capacity();
    List<Packing.Item> items = new ArrayList<>();
    MemberSizes sizes = new MemberSizes(capacity);
    OpenCorpora none = new OpenCorpora(Path.of("")); // memory and shape ask for no corpus
    try (Engine engine = new HostEngine(1)) {
      for (Run run : largestFirst) {
        int vocabulary = vocabularies.of(run.spec().corpus());
        Shape shape = Shape.of(run, vocabulary);
        shapes.put(run, shape);
        try (Trainer trainer = Trainers.of(run.spec().model(), engine, none)) {
          Facts facts = facts(run, vocabulary);
          Packing.Item item = sizes.item(trainer, run, facts, branches.flops(run, vocabulary));
          bytes.put(run, item.bytes());
          items.add(item);
        }
      }
    }
    cohorts = new Packing(capacity, place.cohort()).pack(items);
  }

  /** What is known of a run before its corpus is opened. */
  private static Facts facts(Run run, int vocabulary) {
    return new Facts(
        "",
        vocabulary,
        run.trainedTokens(),
        run.parameters(vocabulary),
        run.spec().model().trainingFlopsPerToken(vocabulary, run.spec().context()),
        Map.of());
  }

  List<List<Run>> cohorts() {
    return cohorts;
  }

  Shape shape(Run run) {
    return shapes.get(run);
  }

  double bytes(Run run) {
    return bytes.get(run);
  }

  /**
   * What a run adds to its cohort: its own steps and what is scored in them, each shared with the
   * other members.
   */
  double seconds(Run run, int members, Speed speed) {
    double steps = branches.ownSteps().get(run.id());
    double scored = StepTimes.scoredTokens(run) * steps / run.spec().steps();
    return (steps * speed.step() + scored * speed.heldOutToken()) / members;
  }
}
