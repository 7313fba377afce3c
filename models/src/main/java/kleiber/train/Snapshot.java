package kleiber.train;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import kleiber.data.Settings;

/**
 * Saved state that a cohort's training resumes from, as it is after a step: whatever the rest of
 * the training depends on besides its specs. The learning rate and the place in the data follow
 * from the step, and after the initial weights nothing is random. (A {@link Checkpoint} is another
 * thing: a row of the log.)
 *
 * @param numerics the numeric mode, in which alone it is resumed
 * @param facts of the cohort's corpora
 * @param step optimizer steps done
 * @param members those that still train; any other member of the cohort has ended
 * @param tensors weights and moments of their models
 */
public record Snapshot(
    String numerics, Facts facts, long step, List<State> members, Tensors tensors) {
  /**
   * Where one member is.
   *
   * @param member its number in the cohort
   * @param model that it trains; members with one model are one lineage so far, such as the
   *     branches of a trunk before they decay
   * @param nextCheckpoint index of its next row in its plan
   * @param gradientNorm of the last step, before clipping
   * @param lossSum training losses since its last row, nats per token, added up
   * @param lossSteps that were added up
   */
  public record State(
      int member,
      int model,
      int nextCheckpoint,
      double gradientNorm,
      double lossSum,
      long lossSteps) {
    public State {
      Settings.require(member >= 0, "member", member, "zero or more");
      Settings.require(model >= 0, "model", model, "zero or more");
      Settings.require(nextCheckpoint >= 0, "nextCheckpoint", nextCheckpoint, "zero or more");
      Settings.require(Double.isFinite(gradientNorm), "gradientNorm", gradientNorm, "finite");
      Settings.require(Double.isFinite(lossSum), "lossSum", lossSum, "finite");
      Settings.require(lossSteps >= 0, "lossSteps", lossSteps, "zero or more");
    }
  }

  /** Numbers by name. Those of a training that goes on hold only until the call that gave them. */
  public interface Tensors {
    /**
     * Every name with its shape, row-major: {@code 0/weights/NAME}, {@code 0/moment1/NAME} and
     * {@code 0/moment2/NAME} are a parameter of model 0 and its two moments, {@code 0/average/NAME}
     * its average where weights are averaged.
     */
    SequencedMap<String, List<Integer>> shapes();

    /** Whether the numbers are doubles; every one of them is a float otherwise. */
    boolean inDouble();

    /**
     * A tensor's numbers.
     *
     * @throws java.io.UncheckedIOException when they are kept in a file that cannot be read
     */
    double[] read(String name);
  }

  public Snapshot {
    members = List.copyOf(members);
    Settings.require(step >= 1, "step", step, "at least 1");
    if (members.isEmpty()) {
      throw new IllegalArgumentException("members is empty: nobody is left to train");
    }
    Set<Integer> numbers = new HashSet<>();
    for (State state : members) {
      Settings.require(numbers.add(state.member()), "member", state.member(), "named once");
    }
  }

  /**
   * Why a training cannot go on from here; empty when it can.
   *
   * @param shapes of one model's parameters, by name
   */
  Optional<String> refusal(
      String mode,
      Facts now,
      List<TrainingSpec> cohort,
      SequencedMap<String, List<Integer>> shapes) {
    if (!mode.equals(numerics)) {
      return Optional.of(
          "it was saved in the numeric mode %s, this is %s, and a run resumes only in its own"
              .formatted(numerics, mode));
    }
    if (!now.equals(facts)) {
      return Optional.of("the text of its corpora is not what it was");
    }
    for (State state : members) {
      if (state.member() >= cohort.size()
          || !fits(state, cohort.get(state.member()))
          || !shapes.entrySet().stream()
              .allMatch(each -> holds(state.model(), each, cohort.getFirst().average()))) {
        return Optional.of("it is of another training");
      }
    }
    return Optional.empty();
  }

  private boolean fits(State state, TrainingSpec spec) {
    return step <= spec.steps()
        && state.nextCheckpoint() <= spec.checkpoints().tokens(spec.tokens()).length;
  }

  private boolean holds(
      int model, Map.Entry<String, List<Integer>> parameter, Optional<WeightAverage> averaging) {
    return ModelTensors.parts(averaging).stream()
        .map(part -> tensors.shapes().get(ModelTensors.name(model, part, parameter.getKey())))
        .allMatch(parameter.getValue()::equals);
  }
}
