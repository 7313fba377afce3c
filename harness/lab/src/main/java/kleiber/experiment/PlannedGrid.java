package kleiber.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.models.ParameterCount;

/**
 * Runs that are about to be paid for, and where the fit will find them.
 *
 * @param runs all of an experiment, probes among them
 * @param fit how their losses will be read
 * @param scales where each run that the fit reads will end, under its conventions; of the distinct
 *     tokens nothing is known, since no corpus was opened
 * @param vocabularies of its corpora
 */
public record PlannedGrid(
    List<Run> runs, FitPlan fit, Map<Run, Scale> scales, Vocabularies vocabularies) {
  /** What stands for a loss that nobody knows yet. */
  private static final double UNKNOWN = 1;

  /** What the best of several rates and batches is chosen within. */
  private record Cell(double params, long tokens, Map<String, Double> axes, long seed) {}

  static PlannedGrid of(List<Run> runs, FitPlan fit, Vocabularies vocabularies) throws IOException {
    Map<Run, Scale> scales = new LinkedHashMap<>();
    for (Run run : runs) {
      if (!run.probe() && fit.recipe().matches(run) && fit.reasonToLeaveOut(run.id()).isEmpty()) {
        int vocabulary = vocabularies.of(run.spec().corpus());
        ParameterCount parameters = run.parameters(vocabulary);
        Map<String, Double> axes = new HashMap<>(run.spec().model().axes());
        axes.put(Scale.SPARSITY, parameters.sparsity().orElse(0));
        scales.put(
            run,
            new Scale(
                parameters.under(fit.params()),
                run.trainedTokens(),
                fit.flops(run, vocabulary),
                axes));
      }
    }
    return new PlannedGrid(runs, fit, scales, vocabularies);
  }

  /**
   * The same runs as another plan will read them.
   *
   * @throws UserException when the tokenizer of a corpus cannot be found or read
   */
  PlannedGrid under(FitPlan other) {
    try {
      return of(runs, other, vocabularies);
    } catch (IOException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  /** The cells of the grid, of any recipe. */
  public List<Run> cells() {
    return runs.stream().filter(run -> !run.probe()).toList();
  }

  /**
   * Runs of which none is left out by name, those together that differ in nothing else.
   *
   * @param varies settings in which they may differ
   */
  Collection<List<Run>> alike(List<Run> some, List<String> varies) {
    return some.stream()
        .filter(run -> fit.reasonToLeaveOut(run.id()).isEmpty())
        .collect(
            Collectors.groupingBy(
                run -> {
                  Map<String, String> settings = new TreeMap<>(FlatSettings.of(run));
                  settings.keySet().removeAll(varies);
                  return settings;
                }))
        .values();
  }

  /** Last rows of the runs that the law will be fitted to or checked by, but for their losses. */
  public List<Observation> ends() {
    Set<Cell> cells = new HashSet<>();
    List<Observation> ends = new ArrayList<>();
    scales.forEach(
        (run, at) -> {
          Cell cell = new Cell(at.params(), run.spec().tokens(), at.extra(), run.spec().seed());
          if (cells.add(cell) || !fit.atBestRates()) { // whichever rate is best, one counts
            ends.add(
                new Observation(
                    run.id(),
                    run.cluster(),
                    fit.heldOut(),
                    run.spec().steps(),
                    at,
                    null,
                    UNKNOWN,
                    Double.NaN));
          }
        });
    return ends;
  }

  /** The same by seed. */
  Map<Long, List<Observation>> endsBySeed() {
    Map<String, Long> seeds = new HashMap<>();
    scales.keySet().forEach(run -> seeds.put(run.id(), run.spec().seed()));
    return ends().stream().collect(Collectors.groupingBy(row -> seeds.get(row.run())));
  }

  /** Those that the law will be fitted to. */
  public List<Observation> fitted() {
    return fitted(ends());
  }

  List<Observation> fitted(List<Observation> ends) {
    return ends.stream().filter(row -> !fit.holdOut().holdsOut(row.at().flops())).toList();
  }
}
