package kleiber.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import kleiber.experiment.Branches;
import kleiber.experiment.Experiment;
import kleiber.experiment.Run;
import kleiber.experiment.Vocabularies;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;
import kleiber.plan.GridCost;
import kleiber.plan.RunCost;
import kleiber.plan.StepTimes;
import kleiber.plan.TimeSource;
import kleiber.plan.Workplace;
import kleiber.run.Device;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * An experiment's runs as a table, with what they cost as arithmetic.
 *
 * @param folder of its results
 * @param place where it would be trained
 * @param pricePerHour of a device, in any currency
 */
record Plan(
    Experiment experiment,
    Path folder,
    Workplace place,
    StepTimes times,
    OptionalDouble pricePerHour) {

  /** The plan of a grid at a workplace, with what is known of its steps. */
  static Plan of(
      Experiment experiment,
      Path folder,
      Workplace place,
      OptionalDouble speed,
      OptionalDouble price)
      throws IOException {
    StepTimes times = StepTimes.read(Caches.stepTimes(), speed);
    times.learn(new RunStore(folder), experiment.runs(), place.devices().getFirst());
    return new Plan(experiment, folder, place, times, price);
  }

  /** The runs that are still to be trained. */
  List<Run> pending() {
    RunStore store = new RunStore(folder);
    return experiment.runs().stream().filter(run -> !store.load(run).state().isFinal()).toList();
  }

  String text() throws IOException {
    List<Run> pending = pending();
    GridCost cost = GridCost.of(pending, place, times);
    List<String> lines = new ArrayList<>();
    lines.add(experiment.name() + ": " + experiment.question());
    lines.add("");
    lines.add(table(cost).toString());
    lines.add("");
    lines.add(compute(pending));
    if (pending.isEmpty()) {
      lines.add(
          "nothing is left to train"
              + (pricePerHour.isPresent() ? ", so there is no price to pay" : ""));
    } else {
      lines.addAll(time(cost));
    }
    if (pending.stream().anyMatch(run -> run.spec().model().muP().isPresent())) {
      lines.add(
          "muP: before anything is trained the coordinate check takes about a minute, and refuses"
              + " the grid when it fails");
    }
    Shapes.of(experiment.runs()).ifPresent(lines::add);
    lines.add(
        "params: "
            + Words.of(experiment.fit().params())
            + "; FLOPs: as the family counts them, attention and head included");
    return String.join(System.lineSeparator(), lines);
  }

  private TextTable table(GridCost cost) throws IOException {
    TextTable table =
        new TextTable(
            "run", "params", "tokens", "steps", "rate", "FLOPs", "cohort", "MB", "minutes", "side",
            "state");
    Map<Run, RunCost> costs = new HashMap<>();
    cost.runs().forEach(its -> costs.put(its.run(), its));
    RunStore store = new RunStore(folder);
    Vocabularies vocabularies = new Vocabularies();
    for (Run run : experiment.runs()) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      StoredRun stored = store.load(run);
      RunCost its = costs.get(run);
      table.row(
          run.id(),
          Numbers.count(run.parameters(vocabulary).under(experiment.fit().params())),
          Numbers.count(run.trainedTokens()),
          String.valueOf(run.spec().steps()),
          String.format(Locale.ROOT, "%.2e", run.spec().optimizer().learningRate()),
          Quantity.count(run.flops(vocabulary)),
          its == null ? "–" : String.valueOf(its.cohort()),
          its == null ? "–" : String.format(Locale.ROOT, "%.1f", its.bytes() / 1e6),
          its == null ? minutes(stored.seconds()) : minutes(its.seconds()) + its.source().mark(),
          side(run, vocabulary),
          Words.of(stored.state()));
    }
    return table;
  }

  private String side(Run run, int vocabulary) {
    if (run.probe()) {
      return "probe";
    }
    if (!experiment.fit().recipe().matches(run)) {
      return "other recipe";
    }
    return experiment.fit().holdsOut(run, vocabulary) ? "foretell" : "fit";
  }

  private static String minutes(double seconds) {
    return Double.isFinite(seconds) ? String.format(Locale.ROOT, "%.2f", seconds / 60) : "–";
  }

  private String compute(List<Run> pending) throws IOException {
    Vocabularies vocabularies = new Vocabularies();
    double total = 0;
    for (Run run : experiment.runs()) {
      total += run.flops(vocabularies.of(run.spec().corpus()));
    }
    Branches branches = Branches.of(pending);
    double missing = 0;
    double saved = 0;
    for (Run run : pending) {
      int vocabulary = vocabularies.of(run.spec().corpus());
      missing += branches.flops(run, vocabulary);
      saved += run.flops(vocabulary) - branches.flops(run, vocabulary);
    }
    return "%d runs, %s FLOPs in all, %s still to train%s; results in %s"
        .formatted(
            experiment.runs().size(),
            Quantity.count(total),
            Quantity.count(missing),
            RunProgress.shared(saved),
            folder);
  }

  /** How long the devices are busy, at what price, and how that is known. */
  private List<String> time(GridCost cost) {
    List<String> lines = new ArrayList<>();
    double busy = 0;
    String guess =
        cost.sources().contains(TimeSource.GUESSED)
            ? ", guessed at %s FLOP/s; --measure times a few seconds of each shape"
                .formatted(Quantity.count(times.guess(place.devices().getFirst())))
            : "";
    for (int device = 0; device < cost.deviceSeconds().length; device++) {
      Device its = place.devices().get(device);
      busy += cost.deviceSeconds()[device];
      lines.add(
          "%s, %d %s at a time: about %s%s"
              .formatted(
                  its.word(),
                  its.lanes(),
                  its.lanes() == 1 ? "cohort" : "cohorts",
                  Numbers.duration(cost.deviceSeconds()[device]),
                  guess));
    }
    if (pricePerHour.isPresent()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "price: %.2f, %.3f hours at %s",
              busy / 3600 * pricePerHour.getAsDouble(),
              busy / 3600,
              Quantity.significant(pricePerHour.getAsDouble(), 4)));
    }
    lines.add(
        "minutes of one cohort beside others: "
            + cost.sources().stream().map(this::words).collect(Collectors.joining("; ")));
    return lines;
  }

  private String words(TimeSource source) {
    String words = source.mark().isEmpty() ? source.words() : source.mark() + " " + source.words();
    return source == TimeSource.EARLIER_RUNS ? words + " in " + folder : words;
  }
}
