package kleiber.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kleiber.experiment.FitPlan;
import kleiber.experiment.Run;
import kleiber.experiment.Words;
import kleiber.observe.Quantity;
import kleiber.run.Progress;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;

/** Tells a person how a grid comes along: a line for each run that ends, and the bar. */
final class RunProgress implements Progress {
  private final ProgressLine line;
  private final FitPlan plan;
  private final Map<String, Checkpoint> latest = new HashMap<>();
  private int runs;
  private int ended;
  private double flops;
  private String waitingFor = "";

  RunProgress(ProgressLine line, FitPlan plan) {
    this.line = line;
    this.plan = plan;
  }

  @Override
  public void unreadable(Run run, String reason) {
    line.say(
        "run %s is trained again: %s; the old folder is kept as %s.unreadable"
            .formatted(run.id(), reason, run.id()));
  }

  @Override
  public void checking(int runs) {
    line.say(
        "%s in muP: the coordinate check trains small models of growing width for a few steps first, about a minute"
            .formatted(runs == 1 ? "1 run" : runs + " runs"));
  }

  @Override
  public void planned(int finished, List<Run> pending, double flops, double saved) {
    this.runs = pending.size();
    this.flops = flops;
    String before = finished > 0 ? finished + " runs are done already; " : "";
    line.say(
        pending.isEmpty()
            ? before + "nothing to train"
            : before + runs + " to train, " + Quantity.count(flops) + " FLOPs" + shared(saved));
  }

  /** What branches of a trunk save, in words; empty when there is nothing. */
  static String shared(double saved) {
    return saved > 0 ? "; branches share another " + Quantity.count(saved) + " in trunks" : "";
  }

  @Override
  public void resumed(Run run, long step) {
    line.say("run %s goes on after step %d of %d".formatted(run.id(), step, run.spec().steps()));
  }

  @Override
  public void notResumed(Run run, String reason) {
    line.say("run %s: what was saved of it cannot be used: %s".formatted(run.id(), reason));
  }

  @Override
  public void notSaved(Run run, String reason) {
    line.say("run %s goes on, but could not be saved: %s".formatted(run.id(), reason));
  }

  @Override
  public void advanced(Run run, double share, double flopsDone) {
    line.show(ended, runs, flopsDone, flops);
  }

  @Override
  public void checkpoint(Run run, Checkpoint checkpoint) {
    latest.put(run.id(), checkpoint);
  }

  @Override
  public void ended(Run run, StoredRun.State state, Optional<String> reason) {
    ended++;
    Optional<Checkpoint> last = Optional.ofNullable(latest.remove(run.id()));
    String loss =
        last.map(row -> row.heldOut().get(plan.heldOut()))
            .map(found -> String.format(Locale.ROOT, "loss %.4f", found.loss()))
            .orElse("no loss");
    line.say(
        String.format(
            Locale.ROOT,
            "[%d/%d] %s  %s tokens, peak rate %.2g: %s",
            ended,
            runs,
            run.id(),
            Numbers.count(run.trainedTokens()),
            run.spec().optimizer().learningRate(),
            reason.map(text -> Words.of(state) + ": " + text).orElse(loss)));
  }

  @Override
  public void workerLost(List<Run> lost, String reason) {
    line.say(
        lost.stream().map(Run::id).collect(Collectors.joining(", ", "run ", ""))
            + (lost.size() == 1 ? " is" : " are")
            + " tried again: "
            + reason);
  }

  @Override
  public void endedElsewhere(Run run, StoredRun.State state) {
    ended++;
    line.say(
        "[%d/%d] %s  %s by another process".formatted(ended, this.runs, run.id(), Words.of(state)));
  }

  @Override
  public void waiting(int left) {
    line.say("waiting for " + left + " runs that other processes train");
  }

  @Override
  public void paused(String reason) {
    if (!reason.equals(waitingFor)) {
      line.say("waiting for room on the disk: " + reason);
    }
    waitingFor = reason;
  }
}
