package kleiber.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kleiber.estimate.Estimate;
import kleiber.estimate.PooledNoise;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Names;
import kleiber.laws.Observation;
import kleiber.laws.Typical;
import kleiber.observe.Analysis;
import kleiber.observe.Quantity;
import kleiber.study.StudyTable.Cell;

/**
 * What was measured along a further axis of scale that the law reads, such as streams or
 * granularity, with no law in between. No experiment asks for it: whoever fits such a law wants to
 * know first whether the axis does anything.
 *
 * @param values of the axis, ascending; differences are to the first
 * @param lines runs alike but for the axis, the least compute first: those of each value
 * @param noise of a run from seed to seed
 */
record ByAxis(
    Analysis analysis,
    String axis,
    List<Double> values,
    List<Map<Double, List<FinalLoss>>> lines,
    PooledNoise noise) {
  /** Values of an axis that are no columns any more, such as a share that moves with N. */
  private static final int MOST_VALUES = 8;

  /** Of every such axis along which runs were made that are otherwise alike. */
  static List<StudyResult> of(Analysis analysis) {
    if (!(analysis.experiment().fit().law() instanceof Typical law)) {
      return List.of();
    }
    Set<String> used =
        Stream.of(analysis.observations().fit(), analysis.observations().heldOut())
            .flatMap(List::stream)
            .map(Observation::run)
            .collect(Collectors.toSet());
    List<FinalLoss> runs =
        FinalLoss.of(analysis).stream().filter(run -> used.contains(run.run().id())).toList();
    return law.furtherAxes().stream()
        .flatMap(axis -> of(analysis, axis, runs).stream())
        .map(ByAxis::result)
        .toList();
  }

  private static Optional<ByAxis> of(Analysis analysis, String axis, List<FinalLoss> all) {
    List<FinalLoss> runs = all.stream().filter(run -> run.axes().containsKey(axis)).toList();
    List<Double> values =
        runs.stream().map(run -> run.axes().get(axis)).distinct().sorted().toList();
    if (values.size() < 2 || values.size() > MOST_VALUES) {
      return Optional.empty();
    }
    List<Map<Double, List<FinalLoss>>> lines =
        FinalLoss.cells(runs, following(runs, axis).toArray(String[]::new)).stream()
            .<Map<Double, List<FinalLoss>>>map(
                line ->
                    line.stream()
                        .collect(
                            Collectors.groupingBy(
                                run -> run.axes().get(axis), TreeMap::new, Collectors.toList())))
            .filter(line -> line.containsKey(values.getFirst()) && line.size() > 1)
            .toList();
    List<List<FinalLoss>> cells = lines.stream().flatMap(line -> line.values().stream()).toList();
    PooledNoise noise =
        PooledNoise.ofClusters(
            Trunks.together(cells, Trunks::of).stream()
                .map(trunk -> trunk.stream().map(ByAxis::losses).toList())
                .toList());
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new ByAxis(analysis, axis, values, lines, noise));
  }

  /**
   * Settings in which runs alike may differ: the seed, the learning rate, as rules give each N its
   * own, and those of the model that have one value for each of the axis.
   */
  private static Set<String> following(List<FinalLoss> runs, String axis) {
    Map<String, Map<Double, Set<String>>> seen = new TreeMap<>();
    for (FinalLoss run : runs) {
      FlatSettings.of(run.run())
          .forEach(
              (path, value) ->
                  seen.computeIfAbsent(path, _ -> new TreeMap<>())
                      .computeIfAbsent(run.axes().get(axis), _ -> new TreeSet<>())
                      .add(value));
    }
    Set<String> following = new HashSet<>(Set.of("seed", "optimizer.learningRate"));
    seen.forEach(
        (path, byValue) -> {
          if (path.startsWith("model.")
              && byValue.values().stream().allMatch(its -> its.size() == 1)) {
            following.add(path);
          }
        });
    return following;
  }

  private StudyResult result() {
    StudyDraft draft = new StudyDraft();
    if (noise.isKnown()) {
      draft.sentence(
          "Measured with no law, the loss against %s is %s.".formatted(name(first()), verdicts()));
    }
    others().forEach(value -> against(value, draft));
    draft.table(table());
    draft.note(
        noise.isKnown()
            ? "From seed to seed a run scatters by %s %s (standard deviation within the cells of this table, %s of freedom); every interval is Student’s t with that noise, as if it were the same at each size. Held-out runs count here too, as nothing is fitted."
                .formatted(
                    Quantity.significant(noise.deviation(), 2),
                    analysis.unit(),
                    Wording.count(noise.degreesOfFreedom(), "degree"))
            : "No settings of this table were run with two seeds: nothing tells the noise of a"
                + " difference.");
    return draft.result("ByAxis-" + axis, "Loss by " + axis);
  }

  private double first() {
    return values.getFirst();
  }

  private List<Double> others() {
    return values.stream().skip(1).filter(value -> !lines(value).isEmpty()).toList();
  }

  private List<Map<Double, List<FinalLoss>>> lines(double value) {
    return lines.stream().filter(line -> line.containsKey(value)).toList();
  }

  private String name(double value) {
    return axis + " " + Quantity.count(value);
  }

  private static Collection<Double> losses(List<FinalLoss> runs) {
    return runs.stream().map(FinalLoss::loss).toList();
  }

  /** The loss at a value less that at the first, on average over lines. */
  private Estimate difference(List<Map<Double, List<FinalLoss>>> some, double value) {
    return noise.difference(
        some.stream().map(line -> losses(line.get(value))).toList(),
        some.stream().map(line -> losses(line.get(first()))).toList(),
        analysis.experiment().fit().confidence());
  }

  /** {@code higher by more than seeds make at streams 2 and 4}. */
  private String verdicts() {
    Map<String, List<String>> values = new TreeMap<>();
    for (double value : others()) {
      values
          .computeIfAbsent(verdict(difference(lines(value), value)), _ -> new ArrayList<>())
          .add(Quantity.count(value));
    }
    return Names.and(
        values.entrySet().stream()
            .map(its -> "%s at %s %s".formatted(its.getKey(), axis, Names.and(its.getValue())))
            .toList());
  }

  private static String verdict(Estimate difference) {
    return difference.interval().holds(0)
        ? "no more than seeds make apart"
        : "%s by more than seeds make".formatted(difference.value() < 0 ? "lower" : "higher");
  }

  private void against(double value, StudyDraft draft) {
    List<Map<Double, List<FinalLoss>>> some = lines(value);
    Estimate difference = difference(some, value);
    long lower = some.stream().filter(line -> difference(List.of(line), value).value() < 0).count();
    draft.sentence(
        "The loss at %s less that at %s is %s %s on average over %s, lower at %d of them, with %s times the parameters and %s times the compute: %s."
            .formatted(
                name(value),
                Quantity.count(first()),
                Wording.number(difference),
                analysis.unit(),
                Wording.count(some.size(), "size"),
                lower,
                times(some, value, FinalLoss::params),
                times(some, value, FinalLoss::flops),
                noise.isKnown() ? verdict(difference) : "a single seed tells no noise"));
    draft.number(
        "%s less %s, on average".formatted(name(value), Quantity.count(first())),
        difference,
        analysis.unit());
  }

  /** {@code 1.06 to 1.25}. */
  private String times(
      List<Map<Double, List<FinalLoss>>> some, double value, ToDoubleFunction<FinalLoss> of) {
    List<String> ends =
        Stream.of(some.stream().mapToDouble(line -> ratio(line, value, of)).summaryStatistics())
            .flatMap(all -> Stream.of(all.getMin(), all.getMax()))
            .map(ratio -> Quantity.significant(ratio, 3))
            .distinct()
            .toList();
    return String.join(" to ", ends);
  }

  private double ratio(
      Map<Double, List<FinalLoss>> line, double value, ToDoubleFunction<FinalLoss> of) {
    return of.applyAsDouble(line.get(value).getFirst())
        / of.applyAsDouble(line.get(first()).getFirst());
  }

  private StudyTable table() {
    List<String> columns = new ArrayList<>(List.of("N", "D", "Seeds"));
    values.forEach(value -> columns.add(name(value)));
    others()
        .forEach(
            value ->
                columns.add(
                    "%s less %s".formatted(Quantity.count(value), Quantity.count(first()))));
    StudyTable table =
        new StudyTable(
            "Loss by N, that of %s, and %s, %s; means over seeds, differences with their %s intervals"
                .formatted(
                    name(first()),
                    axis,
                    analysis.unit(),
                    Quantity.percent(analysis.experiment().fit().confidence())),
            columns,
            List.of());
    for (Map<Double, List<FinalLoss>> line : lines) {
      table = table.row(cells(line).toArray(Cell[]::new));
    }
    return table;
  }

  private List<Cell> cells(Map<Double, List<FinalLoss>> line) {
    FinalLoss at = line.get(first()).getFirst();
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(Quantity.count(at.params()), at.params()));
    cells.add(Cell.of(Quantity.count(at.tokens()), at.tokens()));
    cells.add(
        Cell.of(
            line.values().stream()
                .map(runs -> Integer.toString(runs.size()))
                .distinct()
                .collect(Collectors.joining(", "))));
    for (double value : values) {
      cells.add(
          line.containsKey(value)
              ? number(noise.mean(losses(line.get(value)), 0.9).value())
              : Cell.of("–"));
    }
    for (double value : others()) {
      cells.add(line.containsKey(value) ? cell(difference(List.of(line), value)) : Cell.of("–"));
    }
    return cells;
  }

  private static Cell number(double loss) {
    return Cell.of(Quantity.within(loss, 0.001), loss);
  }

  private static Cell cell(Estimate difference) {
    double half = difference.interval().high() - difference.value();
    String value = Quantity.within(difference.value(), half);
    return Cell.of(
        Double.isFinite(half)
            ? "%s [%s, %s]"
                .formatted(
                    value,
                    Quantity.within(difference.interval().low(), half),
                    Quantity.within(difference.interval().high(), half))
            : value,
        difference.value());
  }
}
