package kleiber.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import kleiber.experiment.FitPlan;
import kleiber.laws.Observation;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;
import kleiber.models.ParameterCount;
import kleiber.run.StoredRun;

/**
 * One loss of one run's log, raw: no convention is applied, nothing is chosen yet but what it is
 * used for.
 *
 * @param run id
 * @param cluster what its noise is shared with: the trunk that it branches from, or the run alone
 * @param state how far the run came
 * @param seed of the run
 * @param heldOut name of the held-out set
 * @param step optimizer steps done
 * @param tokens D, training tokens seen
 * @param tokensPerStep tokens in a batch
 * @param params N under every convention; that of ACTIVE is missing where no model of the
 *     experiment has experts
 * @param exactFlops training FLOPs so far, as the family counts them
 * @param epochs tokens seen divided by unique tokens
 * @param uniqueTokens distinct training tokens there were
 * @param axes where its model lies on further axes of scale, by name
 * @param schedule learning-rate history
 * @param learningRate of the last step
 * @param loss nats per token
 * @param standardError of the loss over held-out documents
 * @param bitsPerByte where bytes are known
 * @param trainLoss mean training loss since the checkpoint before, nats per token
 * @param use what the row is used for
 * @param reason why it is left out; empty otherwise
 */
public record Row(
    String run,
    String cluster,
    StoredRun.State state,
    long seed,
    String heldOut,
    long step,
    long tokens,
    long tokensPerStep,
    Map<ParameterCount.Convention, Long> params,
    double exactFlops,
    double epochs,
    long uniqueTokens,
    Map<String, Double> axes,
    Trajectory schedule,
    double learningRate,
    double loss,
    double standardError,
    OptionalDouble bitsPerByte,
    double trainLoss,
    Use use,
    String reason) {
  /** What a row is used for. */
  public enum Use {
    /** The law is fitted to it. */
    FIT,
    /** It is predicted, and never fitted. */
    HELD_OUT,
    /** The law is kept from it; studies read it. */
    PROBE,
    /** Neither, for a reason that is told. */
    LEFT_OUT
  }

  public Row {
    params = Map.copyOf(params);
    axes = Map.copyOf(axes);
    if ((use == Use.LEFT_OUT) == reason.isEmpty()) {
      throw new IllegalArgumentException(
          "a row that is " + use + " with the reason '" + reason + "': only LEFT_OUT has a reason");
    }
  }

  /** Whether the law is fitted to it or checked by it. */
  public boolean isUsed() {
    return use == Use.FIT || use == Use.HELD_OUT;
  }

  Row with(Use newUse, String newReason) {
    return new Row(
        run,
        cluster,
        state,
        seed,
        heldOut,
        step,
        tokens,
        tokensPerStep,
        params,
        exactFlops,
        epochs,
        uniqueTokens,
        axes,
        schedule,
        learningRate,
        loss,
        standardError,
        bitsPerByte,
        trainLoss,
        newUse,
        newReason);
  }

  /** N under a convention. */
  public long count(ParameterCount.Convention convention) {
    Long counted = params.get(convention);
    return counted == null ? params.get(ParameterCount.Convention.TOTAL) : counted;
  }

  /** C under a convention, N under another. */
  public double flops(FitPlan.Flops flops, ParameterCount.Convention convention) {
    return switch (flops) {
      case EXACT -> exactFlops;
      case SIX_ND -> 6.0 * count(convention) * tokens;
    };
  }

  /** The row as a law reads it. */
  public Observation under(FitPlan.Flops flops, ParameterCount.Convention convention) {
    Map<String, Double> further = new HashMap<>(axes);
    further.put(Scale.UNIQUE_TOKENS, (double) uniqueTokens);
    Scale at = new Scale(count(convention), tokens, flops(flops, convention), further);
    return new Observation(run, cluster, heldOut, step, at, schedule, loss, standardError);
  }
}
