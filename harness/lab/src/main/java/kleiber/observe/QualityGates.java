package kleiber.observe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.experiment.HyperparameterLaw;
import kleiber.observe.Flag.Gate;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.TrainingSpec;

/** Finds the runs whose losses may say something else than what was asked. */
public final class QualityGates {
  /** A rise from one checkpoint to the next, as a share of the loss, that is a spike. */
  private static final double SPIKE = 0.03;

  /** Standard deviations of the noise between seeds. */
  private static final double OUTLIER = 4;

  /** Degrees of freedom without which the noise between seeds is not known. */
  private static final int LEAST_FREEDOM = 3;

  /** How far above the floor of the basin a loss may lie, as a share of it. */
  private static final double BASIN = 0.01;

  private final FitPlan plan;
  private final List<Flag> flags = new ArrayList<>();

  private QualityGates(FitPlan plan) {
    this.plan = plan;
  }

  /** The runs that a gate stops at, in their order; a run may be there more than once. */
  public static List<Flag> of(List<StoredRun> runs, FitPlan plan) {
    QualityGates gates = new QualityGates(plan);
    runs.forEach(gates::single);
    List<StoredRun> measured =
        runs.stream()
            .filter(run -> run.state() == StoredRun.State.DONE && gates.loss(run) > 0)
            .toList();
    gates.seeds(measured);
    gates.rates(measured);
    Map<String, Integer> order = new HashMap<>();
    runs.forEach(run -> order.putIfAbsent(run.run().id(), order.size()));
    gates.flags.sort(Comparator.comparing((Flag flag) -> order.get(flag.run())));
    return List.copyOf(gates.flags);
  }

  private double loss(Checkpoint checkpoint) {
    Checkpoint.HeldOutLoss loss = checkpoint.heldOut().get(plan.heldOut());
    return loss == null ? Double.NaN : loss.loss();
  }

  /** The last loss; NaN when there is none. */
  private double loss(StoredRun run) {
    return run.checkpoints().isEmpty() ? Double.NaN : loss(run.checkpoints().getLast());
  }

  private void single(StoredRun run) {
    if (run.state() == StoredRun.State.DIVERGED) {
      flag(run, Gate.DIVERGED, run.reason().orElse("it diverged"));
    }
    if (run.checkpoints().isEmpty()) {
      return;
    }
    for (int row = 1; row < run.checkpoints().size(); row++) {
      Checkpoint before = run.checkpoints().get(row - 1);
      Checkpoint after = run.checkpoints().get(row);
      double rise = loss(after) / loss(before) - 1;
      if (rise > SPIKE && Double.isFinite(rise)) {
        flag(
            run,
            Gate.SPIKE,
            "its loss rose by %s between steps %d and %d"
                .formatted(Quantity.percent(rise), before.step(), after.step()));
        break;
      }
    }
    double fraction = run.checkpoints().getLast().fractionOfPeak();
    if (run.state() == StoredRun.State.DONE && fraction > Selector.ANNEALED) {
      flag(
          run,
          Gate.UNFINISHED_DECAY,
          "it ended at %s of its peak learning rate".formatted(Quantity.percent(fraction)));
    }
  }

  /** Runs that differ in their seed alone. */
  private void seeds(List<StoredRun> runs) {
    Collection<List<StoredRun>> cells = groups(runs, run -> run.run().spec().withSeed(0));
    double squares = cells.stream().mapToDouble(this::squares).sum();
    int freedom = cells.stream().mapToInt(cell -> cell.size() - 1).sum();
    for (List<StoredRun> cell : cells) {
      for (StoredRun run : cell) {
        List<StoredRun> others = cell.stream().filter(other -> other != run).toList();
        int left = freedom - 1;
        if (others.isEmpty() || left < LEAST_FREEDOM) {
          continue;
        }
        double noise = Math.sqrt((squares - squares(cell) + squares(others)) / left);
        double away = loss(run) - mean(others);
        if (Math.abs(away) > OUTLIER * noise * Math.sqrt(1 + 1.0 / others.size())) {
          flag(
              run,
              Gate.SEED_OUTLIER,
              "its loss is %s nats %s the mean of %d other seeds; without it seeds differ by %s (standard deviation)"
                  .formatted(
                      Quantity.significant(Math.abs(away), 2),
                      away > 0 ? "above" : "below",
                      others.size(),
                      Quantity.significant(noise, 2)));
        }
      }
    }
  }

  private double mean(List<StoredRun> cell) {
    return cell.stream().mapToDouble(this::loss).average().orElseThrow();
  }

  /** Sum of squared distances from the mean. */
  private double squares(List<StoredRun> cell) {
    double mean = mean(cell);
    return cell.stream().mapToDouble(run -> Math.pow(loss(run) - mean, 2)).sum();
  }

  /** Runs that differ in their learning rate alone. */
  private void rates(List<StoredRun> runs) {
    for (List<StoredRun> cell : groups(runs, run -> withoutRate(run.run().spec()))) {
      if (cell.size() < HyperparameterLaw.LEAST_RATES) {
        continue;
      }
      StoredRun best = cell.stream().min(Comparator.comparingDouble(this::loss)).orElseThrow();
      for (StoredRun run : cell) {
        double above = loss(run) / loss(best) - 1;
        if (above > BASIN && !run.run().probe()) { // a probe is there to be off
          flag(
              run,
              Gate.UNDER_TUNED,
              "its loss is %s above that of run %s, which has a learning rate of %s instead of %s"
                  .formatted(Quantity.percent(above), best.run().id(), rate(best), rate(run)));
        }
      }
      boolean largest = cell.stream().noneMatch(run -> peak(run) > peak(best));
      boolean smallest = cell.stream().noneMatch(run -> peak(run) < peak(best));
      if (largest || smallest) {
        flag(
            best,
            Gate.UNDER_TUNED,
            "it is the best of %d learning rates and has the %s, %s: a better one may lie beyond"
                .formatted(cell.size(), largest ? "largest" : "smallest", rate(best)));
      }
    }
  }

  private static double peak(StoredRun run) {
    return run.run().spec().optimizer().learningRate();
  }

  private static String rate(StoredRun run) {
    return Quantity.significant(peak(run), 2);
  }

  private static TrainingSpec withoutRate(TrainingSpec spec) {
    return spec.withOptimizer(spec.optimizer().withLearningRate(1));
  }

  private static Collection<List<StoredRun>> groups(
      List<StoredRun> runs, Function<StoredRun, TrainingSpec> by) {
    Map<TrainingSpec, List<StoredRun>> groups =
        runs.stream().collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
    return groups.values();
  }

  private void flag(StoredRun run, Gate gate, String reason) {
    flags.add(new Flag(run.run().id(), gate, reason));
  }
}
