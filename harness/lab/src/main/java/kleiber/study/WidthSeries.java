package kleiber.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.estimate.HyperparameterLaw;
import kleiber.estimate.NestedHyperparameterLaw;
import kleiber.estimate.RateLine;
import kleiber.estimate.Trial;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.WidthTransfer;
import kleiber.observe.Quantity;

/**
 * Runs that differ in width, learning rate and seed alone.
 *
 * @param name of their parametrization, in a sentence
 * @param widths each with at least three rates, ascending
 */
record WidthSeries(String name, List<Width> widths) {
  private static final String MUP = "model.muP.baseWidth";

  /**
   * A width.
   *
   * @param line its losses over the rates, means over seeds
   */
  record Width(int width, boolean heldOut, RateLine line) {}

  WidthSeries {
    widths = List.copyOf(widths);
  }

  /**
   * Every series of three widths or more, in the order of the experiment.
   *
   * @throws IllegalArgumentException when there is none
   */
  static List<WidthSeries> of(List<FinalLoss> runs, RunNoise noise, double confidence) {
    Map<Map<String, String>, List<FinalLoss>> byRest =
        runs.stream()
            .filter(
                run ->
                    !run.run().probe()
                        && FlatSettings.of(run.run()).containsKey(WidthTransfer.WIDTH))
            .collect(
                Collectors.groupingBy(
                    run -> WidthTransfer.series(run.run()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<WidthSeries> all = new ArrayList<>();
    byRest.forEach(
        (rest, its) -> {
          List<Width> widths = widths(its, noise, confidence);
          if (widths.size() >= WidthTransfer.LEAST_WIDTHS) {
            all.add(new WidthSeries(name(rest, byRest.keySet()), widths));
          }
        });
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "no %d values of %s, alike in all but rate and seed, were each run at three learning rates"
              .formatted(WidthTransfer.LEAST_WIDTHS, WidthTransfer.WIDTH));
    }
    return all;
  }

  /** By parametrization, and by what else tells it from another of the same parametrization. */
  private static String name(Map<String, String> rest, Collection<Map<String, String>> all) {
    String parametrization =
        rest.containsKey(MUP)
            ? "muP (base width %s)".formatted(rest.get(MUP))
            : "the standard parametrization";
    String differs =
        rest.entrySet().stream()
            .filter(
                setting ->
                    all.stream()
                        .filter(other -> other.containsKey(MUP) == rest.containsKey(MUP))
                        .anyMatch(other -> !setting.getValue().equals(other.get(setting.getKey()))))
            .map(setting -> setting.getKey() + " " + setting.getValue())
            .collect(Collectors.joining(", "));
    return differs.isEmpty() ? parametrization : parametrization + " with " + differs;
  }

  private static List<Width> widths(List<FinalLoss> runs, RunNoise noise, double confidence) {
    Map<Integer, List<FinalLoss>> byWidth =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    run -> Integer.parseInt(FlatSettings.of(run.run()).get(WidthTransfer.WIDTH)),
                    TreeMap::new,
                    Collectors.toList()));
    List<Width> widths = new ArrayList<>();
    byWidth.forEach(
        (width, its) -> {
          FinalLoss any = its.getFirst();
          List<Trial> trials =
              its.stream()
                  .map(run -> new Trial(run.learningRate(), run.batch(), run.loss()))
                  .toList();
          double lowest = its.stream().mapToDouble(FinalLoss::loss).min().orElseThrow();
          RateLine.of(
                  new HyperparameterLaw.Cell(any.params(), any.tokens(), trials),
                  NestedHyperparameterLaw.WINDOW,
                  noise.of(lowest),
                  noise.degreesOfFreedom(),
                  confidence)
              .forEach(line -> widths.add(new Width(width, any.heldOut(), line)));
        });
    return widths;
  }

  /** Widths that a slope is fitted to: without the held-out ones where there are others enough. */
  List<Width> fitted() {
    List<Width> fitted = widths.stream().filter(width -> !width.heldOut()).toList();
    return fitted.size() < WidthTransfer.LEAST_WIDTHS ? widths : fitted;
  }

  Width smallest() {
    return widths.getFirst();
  }

  Width largest() {
    return widths.stream().max(Comparator.comparingInt(Width::width)).orElseThrow();
  }

  /** How many times the smallest width the largest is. */
  String growth() {
    return Quantity.significant((double) largest().width() / smallest().width(), 3);
  }
}
