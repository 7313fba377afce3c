package kleiber.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kleiber.fit.FittedLaw;
import kleiber.fit.LawFitter;
import kleiber.laws.LearningRates;
import kleiber.laws.LinearInAmplitudes;
import kleiber.laws.Observation;
import kleiber.laws.Parameter;
import kleiber.laws.Scale;
import kleiber.laws.Trajectory;
import kleiber.laws.TrajectoryLaw;

/**
 * Fits a law of the learning-rate history to losses whose histories are known. To the solver each
 * row is a scale that says no more than which row it is.
 *
 * @param fitter the solver
 */
public record TrajectoryFitter(LawFitter fitter) {
  private static final String ROW = "row";

  public TrajectoryFitter {
    Objects.requireNonNull(fitter, "fitter");
  }

  /**
   * A law of trajectories with the parameters that fit best.
   *
   * @param fit cost, outcome and parameters; its law holds for the fitted rows only
   */
  public record Fitted(TrajectoryLaw law, FittedLaw fit) {
    /** Predicted loss at the end of a history, nats per token. */
    public double loss(LearningRates history) {
      return law.loss(history, fit.theta());
    }
  }

  /** A law of trajectories over rows that are told apart by their number. */
  private record Along(TrajectoryLaw law, List<LearningRates> histories)
      implements LinearInAmplitudes {
    @Override
    public String formula() {
      return law.formula();
    }

    @Override
    public String source() {
      return law.source();
    }

    @Override
    public List<Parameter> parameters() {
      return law.parameters();
    }

    @Override
    public int[] amplitudes() {
      return law.amplitudes();
    }

    @Override
    public double loss(Scale at, double[] theta) {
      return law.loss(history(at), theta);
    }

    @Override
    public void gradient(Scale at, double[] theta, double[] gradient) {
      law.gradient(history(at), theta, gradient);
    }

    private LearningRates history(Scale at) {
      return histories.get(at.extra().get(ROW).intValue());
    }
  }

  /**
   * The parameters that minimise the objective within their ranges.
   *
   * @throws IllegalArgumentException when a row does not know its learning rates, or cannot be
   *     fitted for another reason
   */
  public Fitted fit(TrajectoryLaw law, List<Observation> rows) {
    List<Observation> numbered = new ArrayList<>(rows.size());
    List<LearningRates> histories = new ArrayList<>(rows.size());
    for (Observation row : rows) {
      histories.add(history(row));
      Scale at = row.at();
      Map<String, Double> number = Map.of(ROW, (double) numbered.size());
      numbered.add(
          new Observation(
              row.run(),
              row.cluster(),
              row.heldOut(),
              row.step(),
              new Scale(at.params(), at.tokens(), at.flops(), number),
              row.schedule(),
              row.loss(),
              row.standardError()));
    }
    return new Fitted(law, fitter.fit(new Along(law, List.copyOf(histories)), numbered));
  }

  private static LearningRates history(Observation row) {
    return Optional.ofNullable(row.schedule())
        .flatMap(Trajectory::history)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Run "
                        + row.run()
                        + " at step "
                        + row.step()
                        + " does not say its learning rates; a law of the learning-rate history"
                        + " needs them."));
  }
}
