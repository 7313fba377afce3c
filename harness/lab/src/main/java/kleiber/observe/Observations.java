package kleiber.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import kleiber.estimate.TunedRuns;
import kleiber.experiment.FitPlan;
import kleiber.fit.Split;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;
import kleiber.models.ModelFamily;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/**
 * Every loss of an experiment, and what each is used for under a plan. Nothing is dropped: what is
 * not used is a row with a reason, and a run without rows is an exclusion with one.
 *
 * @param plan the conventions under which the rows were sorted
 * @param rows every loss on every held-out set at every checkpoint of every run, in order
 * @param exclusions what is not used, by run and reason
 */
public record Observations(FitPlan plan, List<Row> rows, List<Exclusion> exclusions) {
  /** Why a run does not count that another learning rate or batch did better than. */
  private static final String OTHER_RATE =
      "of the learning rates and batches tried at its size and length another ended lower";

  public Observations {
    rows = List.copyOf(rows);
    exclusions = List.copyOf(exclusions);
  }

  /** Reads the logs of runs under a plan. */
  public static Observations of(List<StoredRun> runs, FitPlan plan) {
    List<Row> rows = new ArrayList<>();
    Set<ParameterCount.Convention> conventions = conventions(runs, plan);
    for (StoredRun run : runs) {
      rows.addAll(read(run, new Selector(plan, run), conventions));
    }
    rows = new SharedCheckpoints(runs).once(atCountedRates(split(rows, plan), plan));
    return new Observations(plan, rows, exclusions(runs, rows, plan));
  }

  /** What N may mean here: where no model has experts, what is active is all. */
  public Set<ParameterCount.Convention> conventions() {
    Set<ParameterCount.Convention> conventions = EnumSet.allOf(ParameterCount.Convention.class);
    if (rows.stream()
        .noneMatch(row -> row.params().containsKey(ParameterCount.Convention.ACTIVE))) {
      conventions.remove(ParameterCount.Convention.ACTIVE);
    }
    return conventions;
  }

  /** The rows that the law is fitted to, under the plan's conventions. */
  public List<Observation> fit() {
    return used(Row.Use.FIT, plan.params());
  }

  /** The rows that are predicted and never fitted, under the plan's conventions. */
  public List<Observation> heldOut() {
    return used(Row.Use.HELD_OUT, plan.params());
  }

  /** The rows of one use with another meaning of N. The sides of the split stay as they are. */
  public List<Observation> used(Row.Use use, ParameterCount.Convention params) {
    return rows.stream()
        .filter(row -> row.use() == use)
        .map(row -> row.under(plan.flops(), params))
        .toList();
  }

  /** Runs that do not count because another learning rate or batch did better. */
  int atOtherRates() {
    return (int) exclusions.stream().filter(out -> out.reason().equals(OTHER_RATE)).count();
  }

  /**
   * What a run that is used was chosen among, under a plan at best rates; empty where one counts
   * whatever others did.
   */
  public Optional<TunedRuns.Choice> choice(String run) {
    if (!plan.atBestRates()) {
      return Optional.empty();
    }
    return TunedRuns.choice(
        rows.stream()
            .filter(row -> row.isUsed() || row.reason().equals(OTHER_RATE))
            .map(row -> row.under(plan.flops(), plan.params()))
            .toList(),
        run);
  }

  /** C of a run when it is finished; empty when its corpus cannot tell its vocabulary. */
  private static OptionalDouble plannedFlops(StoredRun run, FitPlan plan) {
    try {
      return OptionalDouble.of(plan.flops(run.run(), run.run().spec().corpus().vocabulary()));
    } catch (IOException unreadable) {
      return OptionalDouble.empty();
    }
  }

  /** Those that differ somewhere: without experts what is active is all. */
  private static Set<ParameterCount.Convention> conventions(List<StoredRun> runs, FitPlan plan) {
    boolean experts =
        runs.stream()
            .flatMap(run -> run.facts().stream())
            .anyMatch(facts -> facts.parameters().idle().isPresent());
    Set<ParameterCount.Convention> all = EnumSet.allOf(ParameterCount.Convention.class);
    return experts || plan.params() == ParameterCount.Convention.ACTIVE
        ? all
        : EnumSet.complementOf(EnumSet.of(ParameterCount.Convention.ACTIVE));
  }

  private static List<Row> read(
      StoredRun run, Selector selector, Set<ParameterCount.Convention> conventions) {
    List<Row> rows = new ArrayList<>();
    for (Checkpoint checkpoint : run.checkpoints()) {
      Facts facts =
          run.facts()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "run " + run.run().id() + " has checkpoints but no facts"));
      checkpoint
          .heldOut()
          .forEach(
              (name, loss) -> {
                String reason = selector.reasonAgainst(checkpoint, name, loss.loss(), facts);
                rows.add(row(run, facts, conventions, checkpoint, name, loss, reason));
              });
    }
    return rows;
  }

  /** Beside what its family says: beside models with experts every model has a sparsity. */
  private static Map<String, Double> axes(
      ModelFamily model, ParameterCount count, Set<ParameterCount.Convention> conventions) {
    Map<String, Double> axes = new HashMap<>(model.axes());
    if (conventions.contains(ParameterCount.Convention.ACTIVE)) {
      axes.put(Scale.SPARSITY, count.sparsity().orElse(0));
    }
    return axes;
  }

  private static Row row(
      StoredRun run,
      Facts facts,
      Set<ParameterCount.Convention> conventions,
      Checkpoint checkpoint,
      String heldOut,
      Checkpoint.HeldOutLoss loss,
      String reason) {
    TrainingSpec spec = run.run().spec();
    Map<ParameterCount.Convention, Long> params = new EnumMap<>(ParameterCount.Convention.class);
    for (ParameterCount.Convention convention : conventions) {
      params.put(convention, facts.parameters().under(convention));
    }
    return new Row(
        run.run().id(),
        run.run().cluster(),
        run.state(),
        spec.seed(),
        heldOut,
        checkpoint.step(),
        checkpoint.tokens(),
        spec.tokensPerStep(),
        params,
        checkpoint.flops(),
        checkpoint.epochs(),
        facts.uniqueTokens(),
        axes(spec.model(), facts.parameters(), conventions),
        new Trajectory(
            spec.schedule().getClass().getSimpleName(),
            spec.optimizer().learningRate(),
            spec.schedule().warmupTokens(),
            spec.tokens(),
            checkpoint.fractionOfPeak()),
        checkpoint.learningRate(),
        loss.loss(),
        loss.standardError(),
        loss.bitsPerByte(),
        checkpoint.trainLoss(),
        use(run, reason),
        reason);
  }

  /** What a row is used for before the split. */
  private static Row.Use use(StoredRun run, String reason) {
    if (!reason.isEmpty()) {
      return Row.Use.LEFT_OUT;
    }
    return run.run().probe() ? Row.Use.PROBE : Row.Use.FIT;
  }

  /** By the rule of {@link Split}, but either side may be empty. */
  private static List<Row> split(List<Row> rows, FitPlan plan) {
    Set<String> predicted =
        Split.runsAbove(
            rows.stream().filter(row -> row.use() == Row.Use.FIT).toList(),
            Row::run,
            row -> row.flops(plan.flops(), plan.params()),
            plan.holdOut().flopsAbove());
    return rows.stream()
        .map(
            row ->
                row.use() == Row.Use.FIT && predicted.contains(row.run())
                    ? row.with(Row.Use.HELD_OUT, "")
                    : row)
        .toList();
  }

  /** Without the rates that do not count, on both sides of the split. */
  private static List<Row> atCountedRates(List<Row> rows, FitPlan plan) {
    if (!plan.atBestRates()) {
      return rows;
    }
    List<Observation> used =
        rows.stream()
            .filter(Row::isUsed)
            .map(row -> row.under(plan.flops(), plan.params()))
            .toList();
    Set<String> best =
        TunedRuns.of(used).rows().stream().map(Observation::run).collect(Collectors.toSet());
    return rows.stream()
        .map(
            row ->
                row.isUsed() && !best.contains(row.run())
                    ? row.with(Row.Use.LEFT_OUT, OTHER_RATE)
                    : row)
        .toList();
  }

  private static List<Exclusion> exclusions(List<StoredRun> runs, List<Row> rows, FitPlan plan) {
    Map<String, List<Row>> byRun =
        rows.stream()
            .filter(row -> row.heldOut().equals(plan.heldOut()))
            .collect(Collectors.groupingBy(Row::run));
    List<Exclusion> exclusions = new ArrayList<>();
    for (StoredRun run : runs) {
      List<Row> its = byRun.getOrDefault(run.run().id(), List.of());
      boolean wholeRun = its.stream().noneMatch(row -> row.use() != Row.Use.LEFT_OUT);
      Map<String, Integer> rowsByReason = new LinkedHashMap<>();
      if (wholeRun) {
        String reason = its.isEmpty() ? reasonForNoRows(run, plan) : its.getLast().reason();
        rowsByReason.put(reason, its.size());
      } else {
        its.stream()
            .filter(row -> row.use() == Row.Use.LEFT_OUT)
            .forEach(row -> rowsByReason.merge(row.reason(), 1, Integer::sum));
      }
      rowsByReason.forEach(
          (reason, count) ->
              exclusions.add(
                  new Exclusion(
                      run.run().id(),
                      run.state(),
                      reason,
                      count,
                      wholeRun,
                      plannedFlops(run, plan))));
    }
    return exclusions;
  }

  private static String reasonForNoRows(StoredRun run, FitPlan plan) {
    String reason = Selector.reasonAgainst(run, plan);
    return reason.isEmpty()
        ? "it was not measured on the held-out set '" + plan.heldOut() + "'"
        : reason;
  }
}
