package kleiber.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import kleiber.design.Candidates;
import kleiber.design.Choice;
import kleiber.design.SequentialDesign;
import kleiber.experiment.Experiment;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.fit.Interval;
import kleiber.fit.LawFitter;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.observe.Analysis;
import kleiber.observe.FlopsPerToken;
import kleiber.run.RunStore;
import kleiber.run.StoredRun;

/**
 * A grid of which only those runs are done that tell most of the target: the cells of an experiment
 * that it would fit are what there is to choose from, and what was measured so far says how.
 * Choices go by FLOPs, so that they depend on nothing but losses.
 */
public final class AdaptiveGrid {
  private final Experiment experiment;
  private final RunStore store;
  private final List<Run> fit = new ArrayList<>();
  private final List<Run> heldOut = new ArrayList<>();
  private final Map<Run, Scale> scales = new HashMap<>();
  private final List<Scale> targets;
  private final SequentialDesign design;

  /**
   * @param planned scales of its runs
   * @param prior the law that is supposed until enough is measured
   * @param asked what is to be foretold; the runs held out when empty
   */
  public AdaptiveGrid(
      Experiment experiment, PlannedScales planned, RunStore store, Prior prior, List<Target> asked)
      throws IOException {
    this.experiment = experiment;
    this.store = store;
    FitPlan plan = experiment.fit();
    List<Observation> rows = new ArrayList<>();
    for (Run run : experiment.grid()) {
      if (plan.reasonToLeaveOut(run.id()).isPresent() || !plan.recipe().matches(run)) {
        continue;
      }
      Scale at = planned.of(run);
      scales.put(run, at);
      rows.add(new Observation(run.id(), "", "", 0, at, null, 1, Double.NaN));
      (plan.holdOut().holdsOut(at.flops()) ? heldOut : fit).add(run);
    }
    FlopsPerToken flopsPerToken = FlopsPerToken.of(rows);
    List<Scale> beside = rows.stream().map(Observation::at).toList();
    targets =
        asked.isEmpty()
            ? heldOut.stream().map(scales::get).distinct().toList()
            : asked.stream().map(target -> target.scale(flopsPerToken, beside)).toList();
    double[] theta =
        prior.law().equals(plan.law())
            ? prior.theta()
            : Prior.usual(
                    plan.law(), OptionalDouble.of(prior.noise()), List.copyOf(scales.values()))
                .theta();
    design =
        new SequentialDesign(new LawFitter(plan.objective()), plan.law(), theta, prior.noise());
  }

  /** The runs that are foretold. */
  public List<Run> heldOut() {
    return List.copyOf(heldOut);
  }

  /** Whether no run is left that could be fitted. */
  public boolean isDone() {
    return fit.stream().allMatch(run -> store.load(run).state().isFinal());
  }

  /** FLOPs of a run, as the plan counts them. */
  public double flops(Run run) {
    return scales.get(run).flops();
  }

  /**
   * Runs to do, the first first.
   *
   * @param analysis of what is done
   * @param flops that may be spent on them
   * @param tried ids of runs that were chosen before, and are not again where they told nothing
   */
  public List<ChosenRun> next(Analysis analysis, double flops, Set<String> tried) {
    List<StoredRun> stored = fit.stream().map(store::load).toList();
    List<Observation> rows = analysis.observations().fit();
    List<Run> menu = new ArrayList<>();
    List<Integer> done = new ArrayList<>();
    for (StoredRun each : stored) {
      boolean used = rows.stream().anyMatch(row -> row.run().equals(each.run().id()));
      if (used) {
        done.add(menu.size());
      }
      boolean inVain = each.state().isFinal() || tried.contains(each.run().id());
      if (used || !inVain) {
        menu.add(each.run());
      }
    }
    Candidates candidates =
        new Candidates(
            menu.stream().map(scales::get).toList(),
            menu.stream().mapToDouble(this::flops).toArray(),
            targets);
    List<Choice> plan = design.plan(candidates, done, rows, flops);
    return plan.stream()
        .map(choice -> chosen(menu.get(choice.run()), choice, plan, rows.size()))
        .toList();
  }

  private ChosenRun chosen(Run run, Choice choice, List<Choice> plan, int rows) {
    Scale at = scales.get(run);
    return new ChosenRun(
        run.id(),
        at.params(),
        at.tokens(),
        at.flops(),
        rows,
        plan.size(),
        plan.getFirst().before(),
        choice.after(),
        plan.getLast().after());
  }

  /** Those that are fitted and those foretold: no probes, other recipes or runs left out. */
  public List<Run> runs() {
    return Stream.concat(fit.stream(), heldOut.stream()).toList();
  }

  /** FLOPs of them all. */
  public double flops() {
    return runs().stream().mapToDouble(this::flops).sum();
  }

  /** FLOP/s of a lane, as finished runs tell it. */
  public OptionalDouble flopsPerSecond() {
    double flops = 0;
    double seconds = 0;
    for (Run run : runs()) {
      StoredRun stored = store.load(run);
      if (stored.state() == StoredRun.State.DONE && stored.seconds() > 0) {
        flops += flops(run);
        seconds += stored.seconds();
      }
    }
    return seconds > 0 ? OptionalDouble.of(flops / seconds) : OptionalDouble.empty();
  }

  /** What the runs that are done say. */
  public Analysis analysis() {
    return Analysis.of(experiment, store.load(experiment));
  }

  /** Half the width of the interval at the target of the most compute, as a share of the loss. */
  public OptionalDouble halfWidth(Analysis analysis) {
    Scale largest = targets.stream().max(Comparator.comparingDouble(Scale::flops)).orElseThrow();
    Optional<Interval> interval =
        analysis
            .bootstrapped()
            .map(boot -> boot.prediction(largest, experiment.fit().confidence()));
    return interval
        .map(its -> OptionalDouble.of((its.high() - its.low()) / (its.high() + its.low())))
        .orElse(OptionalDouble.empty());
  }
}
