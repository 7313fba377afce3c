package kleiber.observe;

import java.util.Optional;
import kleiber.experiment.FitPlan;
import kleiber.run.StoredRun;
import kleiber.train.Checkpoint;
import kleiber.train.Facts;
import kleiber.train.TrainingSpec;

/** Which losses of one run count under a plan, and why the others do not. */
final class Selector {
  /** Learning rates at or below this fraction of the peak count as annealed. */
  static final double ANNEALED = 0.15;

  private final FitPlan plan;
  private final StoredRun run;
  private final String ofRun;
  private final long lastTokens;

  Selector(FitPlan plan, StoredRun run) {
    this.plan = plan;
    this.run = run;
    this.ofRun = reasonAgainst(run, plan);
    this.lastTokens = run.checkpoints().stream().mapToLong(Checkpoint::tokens).max().orElse(0);
  }

  /** Why a loss is left out; empty when it counts. The first reason that holds is told. */
  String reasonAgainst(Checkpoint checkpoint, String heldOut, double loss, Facts facts) {
    if (!heldOut.equals(plan.heldOut())) {
      return "measured on another held-out set than '" + plan.heldOut() + "'";
    }
    if (!ofRun.isEmpty()) {
      return ofRun;
    }
    Optional<String> byName = plan.reasonToLeaveOut(run.run().id());
    if (byName.isPresent()) {
      return "left out by name: " + byName.get();
    }
    if (!(loss > 0) || Double.isInfinite(loss)) {
      return "its loss is not a positive number";
    }
    TrainingSpec spec = run.run().spec();
    // Whole steps: the last step of a run of exactly all unique tokens may reach beyond them.
    boolean repeats = checkpoint.tokens() - spec.tokensPerStep() >= facts.uniqueTokens();
    if (repeats && !plan.law().modelsRepetition()) {
      return "it has seen tokens more than once (%s of %s unique) and %s has no term for repetition"
          .formatted(
              Quantity.count(checkpoint.tokens()),
              Quantity.count(facts.uniqueTokens()),
              plan.law().getClass().getSimpleName());
    }
    return switch (plan.checkpoints()) {
      case LAST -> checkpoint.tokens() == lastTokens ? "" : "it is not the last of its run";
      case ANNEALED ->
          checkpoint.fractionOfPeak() <= ANNEALED
              ? ""
              : "its learning rate is above " + Quantity.percent(ANNEALED) + " of the peak";
      case ALL_AFTER_WARMUP ->
          checkpoint.tokens() > spec.schedule().warmupTokens() ? "" : "it lies within the warm-up";
    };
  }

  /** Why nothing of a run of another recipe, or of one that is not done, counts; else empty. */
  static String reasonAgainst(StoredRun run, FitPlan plan) {
    Optional<String> unlike = plan.recipe().difference(run.run());
    if (unlike.isPresent()) {
      return "it is of another recipe: " + unlike.get();
    }
    String why = run.reason().map(reason -> ": " + reason).orElse("");
    return switch (run.state()) {
      case DONE -> "";
      case DIVERGED -> "the run diverged" + why;
      case FAILED -> "the run failed" + why;
      case MISSING -> "the run has not been done" + why;
    };
  }
}
