package kleiber.study;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.experiment.FlatSettings;
import kleiber.experiment.Run;
import kleiber.laws.Scale;
import kleiber.observe.Analysis;
import kleiber.observe.Observations;
import kleiber.observe.Row;
import kleiber.run.StoredRun;

/**
 * The loss at the end of a run, probes included, under the conventions of the experiment's plan.
 *
 * @param params N
 * @param tokens D
 * @param flops C
 * @param axes further ones of scale, by name
 * @param loss nats per token
 * @param heldOut whether the run is foretold and not fitted; never a probe
 */
public record FinalLoss(
    Run run,
    double params,
    double tokens,
    double flops,
    Map<String, Double> axes,
    double loss,
    boolean heldOut) {
  /**
   * Of every run that was done and is not left out by name, in the order of the experiment. A run
   * whose loss is no positive number is not among them.
   */
  public static List<FinalLoss> of(Analysis analysis) {
    return of(analysis.observations(), analysis.runs());
  }

  /** The same of runs as they were observed under a plan. */
  static List<FinalLoss> of(Observations observations, List<StoredRun> runs) {
    FitPlan plan = observations.plan();
    Map<String, Row> last =
        observations.rows().stream()
            .filter(row -> row.heldOut().equals(plan.heldOut()))
            .collect(
                Collectors.toMap(Row::run, row -> row, (a, b) -> a.tokens() >= b.tokens() ? a : b));
    return runs.stream()
        .filter(run -> run.state() == StoredRun.State.DONE)
        .filter(run -> plan.reasonToLeaveOut(run.run().id()).isEmpty())
        .filter(run -> last.containsKey(run.run().id()))
        .map(run -> of(run.run(), last.get(run.run().id()), plan))
        .filter(run -> run.loss > 0 && Double.isFinite(run.loss))
        .toList();
  }

  private static FinalLoss of(Run run, Row row, FitPlan plan) {
    Scale at = row.under(plan.flops(), plan.params()).at();
    return new FinalLoss(
        run,
        at.params(),
        at.tokens(),
        at.flops(),
        at.extra(),
        row.loss(),
        !run.probe() && plan.holdOut().holdsOut(at.flops()));
  }

  /** Where it lies. */
  Scale at() {
    return new Scale(params, tokens, flops, axes);
  }

  public double learningRate() {
    return run.spec().optimizer().learningRate();
  }

  /** Tokens per optimizer step. */
  public double batch() {
    return run.spec().tokensPerStep();
  }

  public long seed() {
    return run.spec().seed();
  }

  /** Runs by all settings but some, the least compute first. */
  static List<List<FinalLoss>> cells(List<FinalLoss> runs, String... but) {
    Map<Map<String, String>, List<FinalLoss>> cells =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    run -> {
                      Map<String, String> settings = new TreeMap<>(FlatSettings.of(run.run));
                      List.of(but).forEach(settings::remove);
                      return settings;
                    }));
    return cells.values().stream()
        .sorted(
            Comparator.comparingDouble((List<FinalLoss> cell) -> cell.getFirst().flops)
                .thenComparing(cell -> cell.getFirst().run.id()))
        .toList();
  }
}
